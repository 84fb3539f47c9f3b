import { describe, expect, test } from 'vitest'
import type { AutoTopUp } from '../../../shared/ledger/entries/auto-top-up.ts'
import type { TopUpState } from '../../../shared/ledger/tally/top-up-state.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { nextTryOf, paidAtOf, shownStatusOf, skipReasonOf, takenBackOf } from '../../../shared/top-ups/shown-top-up.ts'
import type { TopUp } from '../../../shared/top-ups/top-up.ts'
import { creditedTopUp } from '../../world/example-top-up.ts'

const waiting: TopUpState = { kind: 'waiting', of: '17', until: 5000, reason: 'cooldown' }
const suspended: TopUpState = { kind: 'suspended', of: '17', reason: 'declined' }

describe('the next try of a top-up', () => {
  const failed = creditedTopUp({ id: 'auto-17', status: 'failed', nextTry: 9000 })

  test('is what the log waits for', () => {
    expect(nextTryOf(failed, waiting)).toBe(5000)
  })
  test.each([
    ['it is suspended', suspended],
    ['another one is waited for', { ...waiting, of: '21' }],
    ['the next is on its way', { kind: 'open', of: '21', buys: credits('1') }],
    ['it is off', { kind: 'off' }],
  ] as const)('is none where %s, whatever its record was given', (_, state) => {
    expect(nextTryOf(failed, state)).toBeUndefined()
  })
})

describe('why a balance below the threshold buys nothing more', () => {
  const auto: AutoTopUp = {
    threshold: credits('2000'),
    buys: { kind: 'amount', amount: credits('10000') },
    cooldownMinutes: 0,
    monthlyCap: { paid: euros('500'), number: 5 },
  }
  test.each([
    [{ kind: 'open', of: '17', buys: credits('1') }, 'in-flight'],
    [suspended, 'suspended'],
    [waiting, 'cooldown'],
    [{ kind: 'off' }, 'off'],
  ] as const)('%j: %s', (state, expected) => {
    expect(skipReasonOf(state, state.kind === 'off' ? undefined : auto, credits('1999'))).toBe(expected)
  })
  test('is nothing at the threshold', () => {
    expect(skipReasonOf(suspended, auto, credits('2000'))).toBeUndefined()
  })
})

test('an invoice never says when it was paid', () => {
  const origin = { kind: 'invoice', key: 'k', actor: 'olga', reference: 'INV-17', dueOn: '2026-12-24' } as const
  expect(paidAtOf(creditedTopUp({ origin }))).toBeUndefined()
  expect(paidAtOf(creditedTopUp())).toBeDefined()
})

describe('what went back', () => {
  const refund = (id: string, amount: string) => ({ id, cause: 'refund', amount: euros(amount) }) as const
  const shown = (...takings: TopUp['takings']) => {
    const topUp = creditedTopUp({ status: 'refunded', takings })
    const { paid, credits: back } = takenBackOf(topUp)
    return [shownStatusOf(topUp), plain(paid), plain(back)]
  }
  test('of a part says so, with the euros and the credits for them', () => {
    expect(shown(refund('re_1', '376.83'))).toEqual(['partly-refunded', '376.83', '33333.038478'])
  })
  test('in parts is all once it is all', () => {
    expect(shown(refund('re_1', '376.83'), refund('re_2', '753.67'))).toEqual(['refunded', '1130.5', '100000'])
  })
  test('by a refund that failed leaves nothing, and it is credited as before', () => {
    expect(shown(refund('re_1', '376.83'), { ...refund('re_1#failed', '376.83'), cause: 'refund-failed' })).toEqual([
      ...['credited', '0', '0'],
    ])
  })
  test('and is disputed too counts until it comes again, as in the log', () => {
    const dispute = { id: 'dp_1', cause: 'dispute', amount: euros('1130.5') } as const
    const won = { ...dispute, id: 'dp_1#won', cause: 'dispute-won' } as const
    expect(shown(refund('re_1', '376.83'), dispute)).toEqual(['refunded', '1130.5', '100000'])
    expect(shown(refund('re_1', '376.83'), dispute, won)).toEqual(['partly-refunded', '376.83', '33333.038478'])
  })
  test('and came again leaves nothing', () => {
    const dispute = { id: 'dp_1', amount: euros('1130.5') }
    const takings = [
      { ...dispute, cause: 'dispute' } as const,
      { ...dispute, id: 'dp_1#won', cause: 'dispute-won' } as const,
    ]
    const back = takenBackOf(creditedTopUp({ status: 'disputed', takings }))
    expect([plain(back.paid), plain(back.credits)]).toEqual(['0', '0'])
  })
})
