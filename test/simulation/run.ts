import { didYouMean } from '../../shared/text/did-you-mean.ts'
import { misused, toolOptions } from '../tool-options.ts'
import { limitsLine, limitTally } from './limit-figures.ts'
import { mutants } from './mutants/mutants.ts'
import type { Profile } from './options.ts'
import { type ProfileName, profiles } from './profiles.ts'
import { type Simplification, shrink, simplifications } from './shrink.ts'
import { type Recipe, type Simulator, simulator } from './simulate.ts'
import type { HistoryResult } from './world/history.ts'

const USAGE = `npm run sim -- [--seeds N] [--events M] [--first-seed B] [--profile NAME]
  --seeds       how many histories (default 20)
  --events      usage events of each, before duplicates (default 300)
  --first-seed  the first seed; the others follow (default: a new one every time)
  --profile     ${Object.entries(profiles)
    .map(([name, { about }]) => `${name}: ${about}`)
    .join('\n                ')}
  --mutant      a bug put in on purpose: ${mutants.map(({ name }) => name).join(', ')}
  --without     kinds of trouble left out: ${Object.keys(simplifications).join(',')}
  --only        the calls that may be struck by a fault of the network
  --trace       print every step
  --shrink N    runs spent on a shorter history (default 150)`

const values = toolOptions(USAGE, {
  seeds: { type: 'string', default: '20' },
  events: { type: 'string', default: '300' },
  'first-seed': { type: 'string' },
  profile: { type: 'string', default: 'ci' },
  mutant: { type: 'string' },
  without: { type: 'string' },
  only: { type: 'string' },
  trace: { type: 'boolean', default: false },
  shrink: { type: 'string', default: '150' },
})

const whole = (name: string, text: string): number =>
  /^\d{1,9}$/.test(text) ? Number(text) : misused(`--${name} wants a whole number, not ${text}`)

const known = <T extends string>(name: string, text: string, among: readonly string[]): T =>
  among.includes(text)
    ? (text as T)
    : misused(`--${name} ${text} is unknown${didYouMean(text, among)} (there are ${among.join(', ')})`)

const seeds = whole('seeds', values.seeds)
const events = whole('events', values.events)
const firstSeed = whole('first-seed', values['first-seed'] ?? String(Math.floor(Math.random() * 1e9)))
const profile: Profile = profiles[known<ProfileName>('profile', values.profile, Object.keys(profiles))]
const mutant = mutants.find(({ name }) => name === values.mutant)
if (values.mutant !== undefined && mutant === undefined)
  known(
    'mutant',
    values.mutant,
    mutants.map(({ name }) => name),
  )
const without = (values.without?.split(',') ?? []).map((name) =>
  known<Simplification>('without', name, Object.keys(simplifications)),
)
const only = values.only?.split(',').filter(Boolean).map(Number)

const simulation = await simulator(profile, mutant)
const limits = limitTally()
const total = { events: 0, seconds: 0, received: 0, calls: 0, faults: 0, charges: 0 }
for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
  const recipe: Recipe = { seed, events, without, only }
  const began = performance.now()
  const result = await simulation.run(recipe, values.trace ? console.log : undefined)
  const seconds = (performance.now() - began) / 1000
  const { figures } = result
  console.log(lineOf(result, seconds))
  total.seconds += seconds
  limits.add(seed, figures.limits)
  for (const name of ['events', 'received', 'calls', 'faults', 'charges'] as const) total[name] += figures[name]
  if (result.findings.length > 0) {
    await explain(simulation, recipe, result)
    process.exit(1)
  }
}
console.log(
  `${seeds} seeds from ${firstSeed}: ${total.events} events sent, ${total.received} messages received, ${total.charges} charged, ` +
    `${total.calls} calls, ${total.faults} struck, 0 violations; ${Math.round(total.events / total.seconds)} events/s`,
)
for (const line of limits.lines()) console.log(line)

function lineOf({ seed, hash, findings, figures }: HistoryResult, seconds: number): string {
  const { events: sent, received, calls, faults, charges, pages, late, splits } = figures
  const asked = figures.limits.checks === 0 ? '' : `${limitsLine(figures.limits)} `
  const verdict = findings.length === 0 ? 'ok' : 'VIOLATION'
  return `seed ${seed} ${verdict} ${hash} sent ${sent} received ${received} charged ${charges} pages ${pages} late ${late} splits ${splits} ${asked}calls ${calls} struck ${faults} ${seconds.toFixed(2)} s`
}

async function explain(by: Simulator, recipe: Recipe, result: HistoryResult): Promise<void> {
  tell(result)
  console.log(`again:    ${commandOf(recipe)}`)
  const most = whole('shrink', values.shrink)
  if (most === 0) return
  const shrunk = await shrink(by, recipe, result, most)
  console.log(
    `\nshortest history found in ${shrunk.runs} runs, with ${shrunk.result.struck.length} faults of the network:`,
  )
  tell(shrunk.result)
  console.log(`again:    ${commandOf(shrunk.recipe)} --trace`)
}

function tell({ findings }: HistoryResult): void {
  for (const { kind, rule, detail, at } of findings.slice(0, 5)) {
    console.log(`  ${kind}: ${rule}\n    ${new Date(at).toISOString()} ${detail}`)
  }
}

function commandOf(recipe: Recipe): string {
  const parts = [`--first-seed ${recipe.seed} --seeds 1 --events ${recipe.events} --profile ${values.profile}`]
  if (mutant !== undefined) parts.push(`--mutant ${mutant.name}`)
  if (recipe.without.length > 0) parts.push(`--without ${recipe.without.join(',')}`)
  if (recipe.only !== undefined) parts.push(`--only=${recipe.only.join(',')}`)
  return `npm run sim -- ${parts.join(' ')}`
}
