import { describe, expect, test } from 'vitest'
import { noTally } from '../../../shared/ledger/tally/top-up-state.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'
import { afterDecline, decideTopUp, type Facts } from '../../../shared/top-ups/decide-top-up.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'
import { quote } from '../../../shared/top-ups/quote.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const NEXT_MONTH = Date.UTC(2026, 10, 30, 23)
const HOUR = 3_600_000

const facts = (changes: Partial<Facts> = {}): Facts => ({
  auto: {
    threshold: credits('2000'),
    buys: { kind: 'amount', amount: credits('10000') },
    monthlyCap: { paid: euros('250'), number: 3 },
    cooldownMinutes: 60,
  },
  balance: credits('1000'),
  tally: noTally,
  price: quote(readPurchaseSettings(DEFAULT_PURCHASES), credits('10000')),
  now: NOON,
  month: '2026-11',
  nextMonth: NEXT_MONTH,
  hasMethod: true,
  ...changes,
})
const tally = (changes: Partial<typeof noTally>) => ({ ...noTally, month: '2026-11', ...changes })

describe('an open top-up', () => {
  test.each([
    ['is paid', {}, { kind: 'pay' }],
    ['is skipped when it was switched off since', { auto: undefined }, { kind: 'skip', reason: 'off' }],
    [
      'is skipped when credits came from elsewhere',
      { balance: credits('2000') },
      { kind: 'skip', reason: 'not-needed' },
    ],
    [
      'is skipped within the cooldown, until its end',
      { tally: tally({ lastPaidAt: NOON - HOUR / 2 }) },
      { kind: 'skip', reason: 'cooldown', until: NOON + HOUR / 2 },
    ],
    ['is paid when the cooldown is over', { tally: tally({ lastPaidAt: NOON - HOUR }) }, { kind: 'pay' }],
    ['is paid up to the cap in euros', { tally: tally({ paid: euros('150') }) }, { kind: 'pay' }],
    [
      'is skipped a cent above it, until the next month',
      { tally: tally({ paid: euros('150.01') }) },
      { kind: 'skip', reason: 'cap-reached', until: NEXT_MONTH },
    ],
    ['is paid up to the cap in number', { tally: tally({ number: 2 }) }, { kind: 'pay' }],
    [
      'is skipped above it',
      { tally: tally({ number: 3 }) },
      { kind: 'skip', reason: 'cap-reached', until: NEXT_MONTH },
    ],
    ['is paid in a new month', { tally: tally({ month: '2026-10', number: 3, paid: euros('250') }) }, { kind: 'pay' }],
    [
      'is skipped without a payment method',
      { hasMethod: false },
      { kind: 'skip', reason: 'no-payment-method', until: NOON + 24 * HOUR },
    ],
  ] as const)('%s', (_, changes, expected) => {
    expect(decideTopUp(facts(changes))).toEqual(expected)
  })
})

describe('after a decline', () => {
  test.each([
    [0, false, { until: NOON + HOUR, declines: 1 }],
    [1, false, { until: NOON + 6 * HOUR, declines: 1 }],
    [2, false, { until: NOON + 24 * HOUR, declines: 1 }],
    [0, true, { until: NOON + HOUR, declines: 3 }],
  ] as const)('%i declines before, hard: %s', (declines, isHard, expected) => {
    expect(afterDecline({ declines }, isHard, NOON)).toEqual(expected)
  })
})
