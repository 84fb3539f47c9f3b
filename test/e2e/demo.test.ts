import { afterAll, describe, expect, test } from 'vitest'
import { type Ended, launch, newFolder, removeFolder, run } from './command.ts'

const directory = newFolder()
afterAll(() => removeFolder(directory))

describe('npm start', () => {
  let first: Ended
  const balanceIn = (said: string) => /Balance: (\S+) €/.exec(said)?.[1] ?? /has (\S+) €\./.exec(said)?.[1]

  test('runs the demo on a new folder: 2.6533 and 724 credits', { timeout: 120_000 }, async () => {
    first = await run('start', ['--data', directory, '--exit-after-demo'])
    expect(first.stderr).toBe('')
    expect(first.status).toBe(0)
    expect(first.stdout).toMatch(/Total, exact +0\.026533 € +2\.6533\n/)
    expect(first.stdout.replaceAll(/\s+/g, ' ')).toContain('The rounded rows add up to 2.66, as on the page;')
    expect(first.stdout).toMatch(/Claude Opus 4\.7 +30 +5\.54 € +554\n/)
    expect(first.stdout).toMatch(/GPT Image 1 +5 +1\.50 € +150\n/)
    expect(first.stdout).toMatch(/workflow wizards +2 +0\.20 € +20\n/)
    expect(first.stdout).toMatch(/Total, exact +7\.24 € +724\n/)
  })

  test('says of every generated event what became of it, and that the balance fell below 10.00 €', () => {
    expect(first.stdout).toMatch(/charged +2,340 /)
    expect(first.stdout).toMatch(/replayed +600 /)
    expect(first.stdout).toMatch(/parked {2}rate\.missing +30 /)
    const quarantined = [...first.stdout.matchAll(/quarantined {2}\S+ +(\d+)/g)].map(([, count]) => Number(count))
    expect(quarantined.reduce((sum, count) => sum + count)).toBe(30)
    expect(first.stdout).toContain('groschen.balance.low acme#')
  })

  test('goes on with the same balance the second time, and stops on Ctrl-C', { timeout: 120_000 }, async () => {
    const second = launch('start', ['--data', directory])
    await second.says('To stop:')
    const begun = performance.now()
    second.signal('SIGINT')
    const { status, stdout } = await second.ended
    expect(performance.now() - begun).toBeLessThan(5000)
    expect(status).toBe(0)
    expect(stdout).not.toContain('Total, exact')
    expect(balanceIn(stdout)).toBe(balanceIn(first.stdout))
  })
})
