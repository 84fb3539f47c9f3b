import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthesize } from '../../infra/local/synthesize.ts'
import { median } from './measure.ts'
import { type Bench, type Figures, target } from './results.ts'

/** The two that every action of a platform waits for. */
const MEASURED = ['price-usage', 'access-api']
const IMPORTS = 21
const KILOBYTE = 1000

/** In the fresh process: the import alone, without the start of Node. */
const IMPORT = `
const [began, before] = [performance.now(), process.cpuUsage()]
await import(process.argv[1])
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ wall: performance.now() - began, processor: (user + system) / 1000 }))
`

export const benchColdStart: Bench = {
  title: 'Cold start',
  about: `The bundles as \`cdk synth\` makes them, imported by ${IMPORTS} fresh processes each with the functions' own Node options and no compile cache; median. On Lambda the start of the runtime and the first request come on top.`,
  measure: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'groschen-cold-start-'))
    try {
      const functions = measure(bundlesOf(await synthesize(directory)))
      const measured = MEASURED.map((wanted) => {
        const found = functions.find(({ name }) => name === wanted)
        if (found === undefined) throw new Error(`the template has no function ${wanted}`)
        return found
      })
      return {
        tables: [{ title: 'Each function', rows: functions.map(rowOf) }],
        targets: measured.flatMap(({ name, bytes, wall }) => [
          target(`bundle of ${name}`, { atMost: 600 }, bytes / KILOBYTE, { unit: ' KB' }),
          target(`import of ${name}`, { atMost: 120 }, wall, { unit: ' ms' }),
        ]),
      }
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

interface Bundle {
  readonly name: string
  readonly file: string
  readonly environment: Readonly<Record<string, string>>
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: FunctionProperties }>>
}

interface FunctionProperties {
  readonly Code?: { readonly S3Key?: string }
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> }
}

/** Our functions, told by the name of their service; the CDK's own have none. */
function bundlesOf(assembly: string): readonly Bundle[] {
  const file = readdirSync(assembly).find((name) => name.endsWith('.template.json')) ?? ''
  const { Resources } = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Template
  return Object.values(Resources).flatMap(({ Type, Properties }) => {
    const variables = Properties?.Environment?.Variables ?? {}
    const asset = Properties?.Code?.S3Key?.split('.')[0]
    if (Type !== 'AWS::Lambda::Function' || asset === undefined || !variables['POWERTOOLS_SERVICE_NAME']) return []
    // What is resolved at deployment stands in as a word: importing asks whether it is there, not what it says.
    const resolved = Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : 'set'])
    return [
      {
        name: String(variables['POWERTOOLS_SERVICE_NAME']),
        file: join(assembly, `asset.${asset}`, 'index.mjs'),
        environment: { ...Object.fromEntries(resolved), AWS_REGION: 'eu-central-1' } as Readonly<
          Record<string, string>
        >,
      },
    ]
  })
}

interface Import {
  /** Milliseconds. */
  readonly wall: number
  readonly processor: number
}

function importOnce({ name, file, environment }: Bundle): Import {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', IMPORT, file], {
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${name} could not be imported: ${stderr}`)
  return JSON.parse(stdout) as Import
}

/** In turn, so that whatever else the machine does falls on all of them. */
function measure(bundles: readonly Bundle[]) {
  const rounds = Array.from({ length: IMPORTS }, () => bundles.map(importOnce))
  return bundles.map(({ name, file }, place) => {
    const imports = rounds.flatMap((round) => round[place] ?? [])
    return {
      name,
      bytes: statSync(file).size,
      wall: median(imports.map(({ wall }) => wall)),
      processor: median(imports.map(({ processor }) => processor)),
    }
  })
}

const rowOf = ({ name, bytes, wall, processor }: ReturnType<typeof measure>[number]): Figures => ({
  function: name,
  'bundle KB': Math.round(bytes / KILOBYTE),
  'import ms': Math.round(wall),
  'of it processor ms': Math.round(processor),
})
