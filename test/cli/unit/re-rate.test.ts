import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { reRate } from '../../../infra/cli/commands/re-rate.ts'
import { inAll, leftAloneLines, type ReRatedAnswer, reRatedLines, together } from '../../../infra/cli/lib/re-rated.ts'
import { amountText, credits } from '../../../shared/money/amounts.ts'
import { optionsOf } from './options-of.ts'

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const amount = (text: string) => amountText(credits(text))
const sums = (charges: number, corrected: number, before: string, after: string, difference: string) => ({
  charges,
  corrected,
  before: amount(before),
  after: amount(after),
  difference: amount(difference),
})

/** `unchanged` is what is neither corrected nor left alone. */
const answer = (of: ReturnType<typeof sums>, changes: Partial<ReRatedAnswer> = {}): ReRatedAnswer => ({
  dryRun: false,
  isDone: true,
  ...of,
  unchanged: of.charges - of.corrected,
  leftAlone: { refunded: 0, unpriced: 0, conflict: 0 },
  named: [],
  byService: [{ service: 'openai/gpt-4o', ...of }],
  balance: amount('0'),
  ...changes,
})

describe('groschen re-rate', () => {
  const needed = ['--from', '2026-11-01', '--to', '2026-11-02T01:00:00+01:00', '--rate-card', '4', '--reason', 'why']

  test('writes nothing unless told to, and takes several accounts and services', () => {
    const services = ['--service', 'openai/gpt-4o', '--service', 'a/b']
    expect(optionsOf(reRate, [...needed, '--account', 'acme', '--account', 'blue', ...services])).toEqual({
      account: ['acme', 'blue'],
      all: false,
      from: Date.UTC(2026, 10, 1),
      to: Date.UTC(2026, 10, 2),
      rateCard: 4,
      reason: 'why',
      service: ['openai/gpt-4o', 'a/b'],
      apply: false,
      data: '.groschen',
      json: false,
    })
    expect(optionsOf(reRate, [...needed, '--all', '--apply'])).toMatchObject({ all: true, apply: true })
  })

  test.each([
    [[]],
    [['--account', 'acme', '--all']],
    [['--all', '--to', '2026-11-01']],
    [['--all', '--rate-card', '0']],
    [['--all', '--from', 'monday']],
    [['--all', '--api-url', 'https://x']],
  ])('refuses %j', async (argv) => {
    await expect(reRate.parseAsync([...needed, ...argv], { from: 'user' })).rejects.toThrow()
  })

  test('a run that had to be sent twice is told as one', () => {
    const whole = answer(sums(10, 8, '100', '60', '40'))
    const first = answer(sums(5, 3, '50', '35', '15'), { isDone: false })
    const second = answer(sums(10, 5, '85', '60', '25'))
    expect(together(together(undefined, first), second)).toEqual(whole)
  })

  test('shows what it came to, account by account and in all', () => {
    const answers = new Map([
      [
        'acme',
        answer(sums(1200, 1, '100000', '99999.5', '0.5'), { leftAlone: { refunded: 1, unpriced: 2, conflict: 0 } }),
      ],
      ['blue', answer(sums(1, 1, '10', '20', '-10'))],
    ])
    expect(reRatedLines(answers).map((line) => line.split(/ {2,}/))).toEqual([
      ['Account', 'Charges', 'Corrected', 'Left alone', 'Cost before (€)', 'Cost after (€)', 'Balance by (€)'],
      expect.anything(),
      ['acme', '1,200', '1', '3', '1,000.00', '999.995', '+0.005'],
      ['blue', '1', '1', '0', '0.10', '0.20', '-0.10'],
      ['all', '1,201', '2', '3', '1,000.10', '1,000.195', '-0.095'],
    ])
    expect(inAll([...answers.values()], true)).toMatchObject({ accounts: 2, leftAlone: 3, difference: amount('-9.5') })
  })

  test('names some of what was left alone, by reason', () => {
    const named = ['a', 'b', 'c', 'd'].map((id) => ({
      source: '/chat',
      id,
      time: '',
      service: 'x/y',
      reason: id === 'a' ? 'refunded' : 'unpriced',
    }))
    const left = answer(sums(9, 0, '1', '1', '0'), { leftAlone: { refunded: 1, unpriced: 7, conflict: 0 }, named })
    expect(leftAloneLines(new Map([['acme', left]]))).toEqual([
      'acme: 1 refunded before: decide what they were worth',
      '  /chat a, x/y',
      'acme: 7 without a price in this version, such as',
      ...['b', 'c', 'd'].map((id) => `  /chat ${id}, x/y`),
    ])
  })
})
