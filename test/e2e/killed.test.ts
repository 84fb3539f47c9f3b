import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { connectStack } from '../../infra/local/stack.ts'
import { launch, newFolder, PROJECT, removeFolder, run } from './command.ts'

const [directory, abandoned] = [newFolder(), newFolder()]
afterAll(() => [directory, abandoned].forEach(removeFolder))

/** What the demo charges in all when nobody interrupts it: each of its 2,340 events and both examples once. */
const CHARGED_EUROS = '45.94482'

test('a start killed in the middle, and started again, loses nothing and charges nothing twice', {
  timeout: 240_000,
}, async () => {
  const killed = launch('start', ['--data', directory])
  await killed.says('no order:')
  // The queue has some of the three thousand events now, and a function is at work.
  await wait(400)
  killed.signal('SIGKILL')
  expect((await killed.ended).stdout).not.toContain('Balance:')

  const resumed = await run('start', ['--data', directory, '--exit-after-demo'])
  expect(resumed.stderr).toBe('')
  expect(resumed.status).toBe(0)
  expect(resumed.stdout).toContain(`= grants 50.00 € - charges ${CHARGED_EUROS} €, to the last digit`)
  const counted = [...resumed.stdout.matchAll(/^ {2}(?:charged|replayed|parked|quarantined) .*? ([\d,]+) {2}/gm)]
  expect(counted.reduce((sum, [, count]) => sum + Number(count?.replace(',', '')), 0)).toBe(3000)
})

test('a start whose npm is killed leaves the folder by itself', { timeout: 120_000 }, async () => {
  const npm = spawn('npm', ['start', '--', '--no-demo', '--data', abandoned], { cwd: PROJECT, stdio: 'ignore' })
  await waitFor(async () => (await connectStack(abandoned)) !== undefined)
  npm.kill('SIGKILL')
  await waitFor(async () => (await connectStack(abandoned)) === undefined)
})

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(100)
}
