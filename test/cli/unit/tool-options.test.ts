import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const run = (tool: string, ...args: string[]) => {
  const file = fileURLToPath(new URL(`../../${tool}`, import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

test.each(['crash-points/run.ts', 'simulation/run.ts', 'simulation/run-mutants.ts'])(
  '%s --help says how it is called, and does nothing',
  { timeout: 30_000 },
  (tool) => {
    expect(run(tool, '--help')).toMatchObject({ status: 0, said: expect.stringMatching(/^npm run \S+ -- \[--/) })
  },
)

test('an unknown option ends a tool with the nearest one, and all that there are', { timeout: 30_000 }, () => {
  expect(run('crash-points/run.ts', '--evry', '3')).toEqual({
    status: 2,
    said: `error: Unknown option '--evry'; did you mean "--every"? (options: --every; --help explains them)\n`,
  })
})
