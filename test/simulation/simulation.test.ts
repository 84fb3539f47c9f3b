import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { inLong } from '../world/long.ts'

const run = promisify(execFile)
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** In a process of its own: the product is loaded by hooks of Node's, not of the test runner's. */
async function simulate(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const started = run(process.execPath, [path('run.ts'), ...args, '--shrink', '0'])
  const { code, stdout } = await started.then(
    (done) => ({ ...done, code: 0 }),
    (error: { readonly code: number; readonly stdout: string }) => error,
  )
  return { code, lines: stdout.trimEnd().split('\n') }
}

/** All of a seed's line but the seconds it took. */
const figuresOf = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('seed ')).map((line) => line.replace(/ [\d.]+ s$/, ''))

/** Those of every profile, and every mutant, are `npm run sim` and `npm run mutants`. */
const SEEDS = 2

const MUTANTS = [
  ['decimal-precision-20', 'safety: a charge is exact'],
  ['coverage-rim', 'safety: an event is charged once'],
  ['batch-failure-swallowed', 'safety: no event is lost'],
] as const

describe('the simulation', () => {
  test('finds nothing wrong, and the same seed gives the same history', async () => {
    const args = ['--first-seed', '1', '--seeds', String(SEEDS), '--events', '100']
    const [first, second] = await Promise.all([simulate(...args), simulate(...args)])
    expect(first.code).toBe(0)
    expect(first.lines.at(-1)).toContain('0 violations')
    expect(figuresOf(first.lines)).toHaveLength(SEEDS)
    expect(figuresOf(second.lines)).toEqual(figuresOf(first.lines))
  })

  test('a backlog of 70 minutes in rough order drains without turning late', async () => {
    const { code, lines } = await simulate(
      '--first-seed',
      '8',
      '--seeds',
      '1',
      '--events',
      '1000',
      '--profile',
      'backlog',
    )
    expect(code).toBe(0)
    expect(lines[0]).toContain(' late 0 ')
  })

  test('a payment whose record was lost is credited after automatic top-up was switched off', async () => {
    const args = ['--profile', 'top-ups', '--first-seed', '21', '--seeds', '1', '--events', '80']
    expect((await simulate(...args)).lines.at(-1)).toContain('0 violations')
  })

  test.each(MUTANTS.slice(0, inLong(1, 3)))(
    'the mutant %s is found, and how to run its history again',
    async (mutant, finding) => {
      const { code, lines } = await simulate('--first-seed', '1', '--seeds', '5', '--events', '100', '--mutant', mutant)
      expect(code).toBe(1)
      expect(lines.join('\n')).toContain(finding)
      expect(lines.at(-1)).toMatch(/^again: {4}npm run sim -- --first-seed \d+ --seeds 1 --events 100/)
    },
  )
})
