import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { failureLine } from '../../infra/cli/commands/start.ts'
import { continueDemo } from '../../infra/cli/demo/continue-demo.ts'
import { newCommand, runCommand } from '../../infra/cli/lib/command.ts'
import { Failure, MISUSED } from '../../infra/cli/lib/failure.ts'
import { accessTo, operatorToken } from '../../infra/cli/lib/place.ts'
import type { Voice } from '../../infra/cli/lib/voice.ts'
import { voiceOn } from '../../infra/cli/lib/voice.ts'
import { type RunningStack, startStack } from '../../infra/local/stack.ts'
import { operations } from '../../shared/api/operations.ts'
import { knownIds } from './known-ids.ts'
import { findPython, installSchemathesis, WHAT_IS_NEEDED } from './python.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))

interface Options {
  readonly data?: string | undefined
  readonly examples: string
  readonly seed: string
}

/** `npm run contract`: schemathesis reads our OpenAPI document and holds the running API to it. */
const contract = newCommand(
  'contract',
  'Runs the stack on this machine and holds its API to the OpenAPI document, by schemathesis.',
  'npm run contract -- --examples 50 --seed 7',
)
  .option('--data <folder>', 'the data of an npm start that ran the demo; new ones unless told')
  .option('--examples <n>', 'generated requests of each operation, beside those of the coverage', '5')
  .option('--seed <n>', 'of the generated requests', '1')
  .action(async (options) => {
    const python = findPython()
    if (python === undefined) throw new Failure(`needs ${WHAT_IS_NEEDED}`, MISUSED)

    const voice = voiceOn(process.stdout)
    const program = installSchemathesis(python, voice.line)
    const folder = mkdtempSync(join(tmpdir(), 'groschen-contract-'))
    const directory = options.data ?? join(folder, 'data')
    const failures: string[] = []
    const stack = await startStack({ directory, onFailure: (failure) => failures.push(failureLine(failure)) })
    try {
      voice.line('Runs the demo, so that there is something to ask for …')
      await continueDemo(stack, directory, true, silent(voice))
      const status = await schemathesis(program, stack, folder, options)
      for (const failure of failures) voice.line(failure)
      const loaded = loadedIn(folder)
      voice.line(`${loaded} of ${operations.length} operations loaded`)
      if (status !== 0 || failures.length > 0 || loaded !== operations.length) process.exitCode = 1
    } finally {
      await stack.stop()
      rmSync(folder, { recursive: true })
    }
  })

const silent = (voice: Voice): Voice => ({
  ...voice,
  line: () => undefined,
  lines: () => undefined,
  paragraph: () => undefined,
  heading: () => undefined,
})

/** @returns its exit status; its report is in the folder */
async function schemathesis(
  program: string,
  stack: RunningStack,
  folder: string,
  { examples, seed }: Options,
): Promise<number> {
  // From a file: of a document that it gets from the API, schemathesis leaves out the route that it came by.
  const document = join(folder, 'openapi.json')
  writeFileSync(document, await (await fetch(`${stack.apiUrl}/v1/openapi.json`)).text())
  const { api } = await accessTo(stack, 'operator')
  const ids = await knownIds(api, crypto.randomUUID())
  const known = { URL: stack.apiUrl, TOKEN: await operatorToken(stack, 'operator'), ...ids }
  const env = {
    ...process.env,
    ...Object.fromEntries(Object.entries(known).map(([name, id]) => [`CONTRACT_${name}`, id])),
    // It finds hooks.py there, and leaves nothing beside it.
    PYTHONPATH: HERE,
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const args = [
    ...['--config-file', join(HERE, 'schemathesis.toml'), 'run', document],
    ...[
      '--max-examples',
      examples,
      '--seed',
      seed,
      '--no-color',
      '--report',
      'json',
      '--report-json-path',
      reportIn(folder),
    ],
  ]
  const child = spawn(program, args, { cwd: folder, env, stdio: 'inherit' })
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve(status ?? 1))
  })
}

const reportIn = (folder: string): string => join(folder, 'report.json')

/** Operations whose requests could be made and were sent. */
function loadedIn(folder: string): number {
  const { operations } = JSON.parse(readFileSync(reportIn(folder), 'utf8')) as {
    readonly operations: { readonly tested: number }
  }
  return operations.tested
}

await runCommand(contract)
