import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { didYouMean } from '../../shared/text/did-you-mean.ts'
import { atOnce } from '../../shared/time/at-once.ts'
import { misused, toolOptions } from '../tool-options.ts'
import { mutants } from './mutants/mutants.ts'
import type { Mutant } from './simulate.ts'

/** A mutant that runs for so long without an answer hangs, which is a finding too. */
const HANG_MS = 600_000

const values = toolOptions(
  `npm run mutants -- [--seeds N] [--events M] [--first-seed B] [--only NAME] [--every N]
  --seeds       most histories for a mutant (default 60)
  --events      usage events of each (default 200)
  --first-seed  the first seed (default 1)
  --only        mutants, with commas between: ${mutants.map(({ name }) => name).join(', ')}
  --every N     only each N-th mutant`,
  {
    seeds: { type: 'string', default: '60' },
    events: { type: 'string', default: '200' },
    'first-seed': { type: 'string', default: '1' },
    only: { type: 'string' },
    every: { type: 'string', default: '1' },
  },
)

interface Verdict {
  readonly isKilled: boolean
  readonly seeds: number
  readonly by: string
}

/** What is run: the seeds of a profile, with a mutant or without one. */
interface Hunt {
  readonly profile: string | undefined
  readonly seeds: string
  readonly mutant?: Mutant
}

/** Runs the simulation with the mutant in a process of its own, until a seed finds it. */
function hunt({ profile, seeds: most, mutant }: Hunt): Promise<Verdict> {
  const run = fileURLToPath(new URL('run.ts', import.meta.url))
  const plan = ['--seeds', most, '--events', values.events, '--first-seed', values['first-seed']]
  const child = spawn(
    process.execPath,
    [
      run,
      ...plan,
      ...(mutant ? ['--mutant', mutant.name] : []),
      ...(profile ? ['--profile', profile] : []),
      '--shrink',
      '0',
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: HANG_MS,
      killSignal: 'SIGKILL',
    },
  )
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  child.stderr.on('data', (data) => (output += data))
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      const seeds = output.match(/^seed \d+ /gm)?.length ?? 0
      const finding = /^ {2}((?:safety|liveness|cost): .*)$/m.exec(output)?.[1]
      if (signal !== null) resolve({ isKilled: true, seeds: seeds + 1, by: 'liveness: it hangs' })
      else if (code === 0) resolve({ isKilled: false, seeds, by: 'nothing' })
      else if (finding === undefined)
        reject(new Error(`${mutant?.name ?? 'the simulation'} does not run:\n${output.slice(-2000)}`))
      else resolve({ isKilled: true, seeds, by: finding })
    })
  })
}

/** Of every profile, the most seeds that it took to kill one of its mutants. */
const taken = new Map<string | undefined, number>()

/** What fails without a mutant would kill every one of them: the seeds that were run say nothing then. */
async function proveSound(profile: string | undefined, seeds: number): Promise<void> {
  const { isKilled, by } = await hunt({ profile, seeds: String(seeds) })
  if (isKilled) throw new Error(`the product itself breaks a rule (${by}); run the simulation first`)
}

const every = Number(values.every)
if (!Number.isInteger(every) || every < 1) misused(`--every takes a whole number from 1, not ${values.every}`)
const named = values.only?.split(',')
const names = mutants.map(({ name }) => name)
const unknown = named?.find((name) => !names.includes(name))
if (unknown !== undefined) misused(`no mutant ${unknown}${didYouMean(unknown, names)} (there are ${names.join(', ')})`)
const hunted = mutants.filter(({ name }, place) => (named?.includes(name) ?? true) && place % every === 0)
const survivors: string[] = []
await atOnce(availableParallelism(), hunted, async (mutant) => {
  const { profile } = mutant
  const { isKilled, seeds, by } = await hunt({ profile, seeds: values.seeds, mutant })
  console.log(
    `${isKilled ? 'killed  ' : 'SURVIVED'} ${mutant.name.padEnd(34)} ${String(seeds).padStart(3)} seeds  ${by}`,
  )
  if (!isKilled) survivors.push(`${mutant.name}: ${mutant.about}`)
  taken.set(profile, Math.max(seeds, taken.get(profile) ?? 0))
})
await atOnce(availableParallelism(), [...taken], ([profile, seeds]) => proveSound(profile, seeds))
console.log(
  `${hunted.length - survivors.length} of ${hunted.length} mutants killed, by seeds that find nothing without them`,
)
for (const survivor of survivors) console.log(`  survived: ${survivor}`)
process.exit(survivors.length === 0 ? 0 : 1)
