import { describe, expect, test } from 'vitest'
import type { AutoTopUp } from '../../../shared/ledger/entries/auto-top-up.ts'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import type { TopUpEndedEntry } from '../../../shared/ledger/entries/top-up.ts'
import { nextTopUp, type TopUpCourse } from '../../../shared/ledger/tally/next-top-up.ts'
import type { TopUpState } from '../../../shared/ledger/tally/top-up-state.ts'
import { credits } from '../../../shared/money/amounts.ts'
import type { TakingCause } from '../../../shared/money/taking-causes.ts'
import { auto, made, open, pageAfter, paid } from './top-up-pages.ts'

const inMultiples: AutoTopUp = {
  ...auto,
  threshold: credits('1000'),
  buys: { kind: 'amount', amount: credits('500'), mostPerPurchase: credits('20000') },
}
const boundedAt = (most: string): AutoTopUp => ({
  ...inMultiples,
  buys: { kind: 'amount', amount: credits('500'), mostPerPurchase: credits(most) },
})
const toTarget: AutoTopUp = { ...auto, buys: { kind: 'target', target: credits('15000') } }
const idle: TopUpCourse = { topUp: { kind: 'idle' }, tally: undefined }
const waiting: TopUpState = { kind: 'waiting', of: '7', until: 5000, reason: 'declined' }

const ended = (changes: Partial<TopUpEndedEntry>): TopUpEndedEntry => ({
  kind: 'top-up-ended',
  ...made,
  of: '7',
  reason: 'declined',
  until: 9000,
  declines: 1,
  declineCode: undefined,
  wanted: credits('10000'),
  ...changes,
})
const retry = (cause: 'due' | 'admin' | 'payment-method', of = '7'): Entry => ({
  kind: 'top-up-retry',
  ...made,
  of,
  cause,
})

describe('automatic top-up after a page', () => {
  test.each([
    ['is off without settings', idle, '1', [], undefined, { kind: 'off' }],
    ['is idle at the threshold', idle, '2000', [], auto, { kind: 'idle' }],
    [
      'opens below it, for the amount',
      idle,
      '1999.999999',
      [],
      auto,
      { kind: 'open', of: '9', buys: credits('10000') },
    ],
    [
      'opens for as many amounts as reach the threshold, in one purchase',
      idle,
      '-9500',
      [],
      inMultiples,
      { kind: 'open', of: '9', buys: credits('10500') },
    ],
    [
      'opens for one more where a millionth is missing',
      idle,
      '-9500.000001',
      [],
      inMultiples,
      { kind: 'open', of: '9', buys: credits('11000') },
    ],
    [
      'opens for one amount where that is enough',
      idle,
      '999.999999',
      [],
      inMultiples,
      { kind: 'open', of: '9', buys: credits('500') },
    ],
    [
      'opens for no more than one purchase may be, in whole amounts',
      idle,
      '-9500',
      [],
      boundedAt('5400'),
      { kind: 'open', of: '9', buys: credits('5000') },
    ],
    [
      'waits an hour for the rest where one purchase could not buy it all',
      { topUp: { kind: 'open', of: '7', buys: credits('5000') }, tally: undefined },
      '-4500',
      [{ ...paid, credits: credits('5000') }],
      boundedAt('5000'),
      { kind: 'waiting', of: '7', until: 6000 + 3_600_000, reason: 'cooldown' },
    ],
    [
      'waits the cooldown for it, where there is one',
      { topUp: { kind: 'open', of: '7', buys: credits('5000') }, tally: undefined },
      '-4500',
      [{ ...paid, credits: credits('5000') }],
      { ...boundedAt('5000'), cooldownMinutes: 90 },
      { kind: 'waiting', of: '7', until: 6000 + 90 * 60_000, reason: 'cooldown' },
    ],
    [
      'opens the next at once where the balance fell again meanwhile, and the purchase had room for more',
      { topUp: { kind: 'open', of: '7', buys: credits('500') }, tally: undefined },
      '0',
      [{ ...paid, credits: credits('500') }],
      boundedAt('5000'),
      { kind: 'open', of: '9', buys: credits('1000') },
    ],
    [
      'opens for the amount, never more, where settings of before multiples are in force',
      idle,
      '-9000.5',
      [],
      auto,
      { kind: 'open', of: '9', buys: credits('10000') },
    ],
    [
      'fills up to the target, in whole cents',
      idle,
      '1999.25',
      [],
      toTarget,
      { kind: 'open', of: '9', buys: credits('13001') },
    ],
    [
      'opens when it is switched on below the threshold',
      { topUp: { kind: 'off' }, tally: undefined },
      '1',
      [],
      auto,
      { kind: 'open', of: '9', buys: credits('10000') },
    ],
    ['stays open whatever the balance is', open, '99999', [], auto, open.topUp],
    ['stays open when it is switched off: a payment may be under way', open, '1', [], undefined, open.topUp],
    ['is idle once it is paid and the balance is high enough', open, '12000', [paid], auto, { kind: 'idle' }],
    [
      'opens again at once where what was paid is not enough',
      open,
      '1999',
      [paid],
      auto,
      { kind: 'open', of: '9', buys: credits('10000') },
    ],
    [
      'waits after a decline',
      open,
      '1',
      [ended({})],
      auto,
      { kind: 'waiting', of: '7', until: 9000, reason: 'declined' },
    ],
    [
      'is suspended at once by a hard decline',
      open,
      '1',
      [ended({ declines: 3 })],
      auto,
      { kind: 'suspended', of: '7', reason: 'declined' },
    ],
    [
      'is judged again where it was not needed',
      open,
      '1',
      [ended({ reason: 'not-needed', until: undefined, declines: 0 })],
      auto,
      { kind: 'open', of: '9', buys: credits('10000') },
    ],
    ['does not heed the end of another one', open, '1', [ended({ of: '3' })], auto, open.topUp],
    [
      'goes on when it is due',
      { topUp: waiting, tally: undefined },
      '1',
      [retry('due')],
      auto,
      { kind: 'open', of: '9', buys: credits('10000') },
    ],
    [
      'does not go on before',
      { topUp: { ...waiting, until: 7000 }, tally: undefined },
      '1',
      [retry('due')],
      auto,
      { ...waiting, until: 7000 },
    ],
    [
      'is not moved by what was due of another one',
      { topUp: waiting, tally: undefined },
      '1',
      [retry('due', '3')],
      auto,
      waiting,
    ],
    [
      'goes on with another payment method',
      { topUp: { kind: 'suspended', of: '7', reason: 'declined' }, tally: undefined },
      '1',
      [retry('payment-method')],
      auto,
      { kind: 'open', of: '9', buys: credits('10000') },
    ],
    [
      'but not after a dispute',
      { topUp: { kind: 'suspended', of: '7', reason: 'disputed' }, tally: undefined },
      '1',
      [retry('payment-method')],
      auto,
      { kind: 'suspended', of: '7', reason: 'disputed' },
    ],
    [
      'goes on when an admin says so',
      { topUp: { kind: 'suspended', of: '7', reason: 'disputed' }, tally: undefined },
      '1',
      [retry('admin')],
      auto,
      { kind: 'open', of: '9', buys: credits('10000') },
    ],
  ] as const)('%s', (_, before, balance, entries, settings, expected) => {
    expect(
      nextTopUp(before as TopUpCourse, entries, { auto: settings, balance: credits(balance), place: '9' }).topUp,
    ).toEqual(expected)
  })

  test('an amount too small for the threshold is bought again by the page that credits it, until it is reached', () => {
    const small: AutoTopUp = { ...auto, threshold: credits('9000'), buys: { kind: 'amount', amount: credits('4000') } }
    let course = pageAfter(idle, '1997', [], small)
    const bought: string[] = []
    for (let balance = 1997; course.topUp.kind === 'open'; ) {
      const { of, buys } = course.topUp
      bought.push(buys.toFixed())
      balance += buys.toNumber()
      course = pageAfter(course, String(balance), [{ ...paid, of, credits: buys }], small)
    }
    expect(bought).toEqual(['4000', '4000'])
    expect(course.topUp).toEqual({ kind: 'idle' })
  })

  test('the third decline in a row suspends it, and being paid forgets them', () => {
    const twice = { ...open, tally: pageAfter(pageAfter(open, '1', [ended({})]), '1', []).tally }
    const once = pageAfter({ ...open, tally: twice.tally }, '1', [ended({})])
    expect(once.topUp.kind).toBe('waiting')
    const third = pageAfter({ ...open, tally: once.tally }, '1', [ended({})])
    expect(third.topUp).toEqual({ kind: 'suspended', of: '7', reason: 'declined' })
    expect(pageAfter({ ...open, tally: once.tally }, '1', [paid]).tally?.declines).toBe(0)
  })

  test('switching it off and on does not forget that it was suspended by declines', () => {
    const suspended = pageAfter(open, '1', [ended({ declines: 3 })])
    const off = nextTopUp(suspended, [], { auto: undefined, balance: credits('1'), place: '9' })
    expect(off.topUp.kind).toBe('off')
    expect(pageAfter(off, '1').topUp).toEqual({ kind: 'suspended', of: '9', reason: 'declined' })
  })

  test('what was paid counts in its month, and a payment of a month that is over counts no more', () => {
    const first = pageAfter(open, '1', [paid]).tally!
    expect([first.month, first.paid.toFixed(), first.number]).toEqual(['2026-11', '119', 1])
    const next = pageAfter({ ...open, tally: first }, '1', [{ ...paid, payment: 'pi_2', month: '2026-12' }]).tally!
    expect([next.month, next.paid.toFixed(), next.number]).toEqual(['2026-12', '119', 1])
    const late = pageAfter({ ...open, tally: next }, '1', [{ ...paid, payment: 'pi_3' }]).tally!
    expect([late.month, late.paid.toFixed(), late.number]).toEqual(['2026-12', '119', 1])
  })

  const back = (cause: TakingCause): Entry => ({
    kind: 'payment-reversal',
    ...made,
    provider: 'stripe',
    payment: 'pi_1',
    taking: 're_1',
    cause,
    credits: credits('-10000'),
  })
  const stopped = (why: 'disputed' | 'refunded') => ({ kind: 'suspended', of: '9', reason: why })
  const switchedOff = (before: TopUpCourse, entries: readonly Entry[] = []) =>
    nextTopUp(before, entries, { auto: undefined, balance: credits('1'), place: '9' })

  test('money that went back stops it; money that came again does not', () => {
    expect(pageAfter(idle, '1', [back('refund')]).topUp).toEqual(stopped('refunded'))
    expect(pageAfter(idle, '2000', [back('dispute-won'), back('refund-failed')]).topUp).toEqual(idle.topUp)
  })

  test('a dispute while it is open stops it once what was open has ended, however it ends', () => {
    const disputed = pageAfter(open, '1', [back('dispute')])
    expect(disputed.topUp).toEqual(open.topUp)
    for (const end of [paid, ended({}), ended({ reason: 'not-needed', until: undefined, declines: 0 })])
      expect(pageAfter(disputed, '1', [end]).topUp).toEqual(stopped('disputed'))
  })

  test('switching it off and on does not forget a dispute, nor one that came while it was off', () => {
    for (const off of [switchedOff(pageAfter(idle, '1', [back('dispute')])), switchedOff(idle, [back('dispute')])]) {
      expect(off.topUp).toEqual({ kind: 'off' })
      expect(pageAfter(off, '1').topUp).toEqual(stopped('disputed'))
    }
  })

  test('a dispute after declines is the reason from then on: another payment method changes nothing', () => {
    const disputed = pageAfter(pageAfter(open, '1', [ended({ declines: 3 })]), '1', [back('dispute')])
    expect(disputed.topUp).toEqual(stopped('disputed'))
    expect(pageAfter(disputed, '1', [retry('payment-method', '9')]).topUp).toEqual(stopped('disputed'))
    expect(pageAfter(disputed, '1', [back('refund')]).topUp).toEqual(stopped('disputed'))
  })

  test('an admin’s retry forgets it', () => {
    const again = pageAfter(pageAfter(idle, '1', [back('dispute')]), '1', [retry('admin', '9')])
    expect(again.topUp.kind).toBe('open')
    expect(pageAfter(again, '3000', [{ ...paid, of: '9' }]).topUp).toEqual(idle.topUp)
    expect(pageAfter(switchedOff(pageAfter(again, '3000', [{ ...paid, of: '9' }])), '3000').topUp).toEqual(idle.topUp)
  })
})

describe('a restored log', () => {
  const restore = (epoch: number, holds = true): Entry => ({
    kind: 'restore',
    epoch,
    key: `r-${epoch}`,
    actor: 'olga',
    at: 6000,
    reason: 'lost',
    ...(holds && { holdsTopUps: true as const }),
  })
  const reconciled = (epoch: number): Entry => ({ kind: 'reconciled', ...made, epoch })

  test('opens nothing until it is reconciled, and is judged again in that page', () => {
    const restored = pageAfter(idle, '1', [restore(1)])
    expect(restored.topUp).toEqual({ kind: 'reconciling', of: '9' })
    for (const entry of [retry('admin'), retry('due', '9'), retry('payment-method'), paid])
      expect(pageAfter(restored, '1', [entry]).topUp.kind).toBe('reconciling')
    expect(pageAfter(restored, '1', [reconciled(1)]).topUp.kind).toBe('open')
    expect(pageAfter(restored, '2000', [reconciled(1)]).topUp).toEqual({ kind: 'idle' })
  })

  test('is not reconciled by what was said of an epoch before', () => {
    const restored = pageAfter(pageAfter(idle, '1', [restore(1)]), '1', [restore(2)])
    expect(pageAfter(restored, '1', [reconciled(1)]).topUp.kind).toBe('reconciling')
    expect(pageAfter(restored, '1', [reconciled(2)]).topUp.kind).toBe('open')
  })

  test('that had one open waits for its outcome, and then until it is reconciled', () => {
    const restored = pageAfter(open, '1', [restore(1)])
    expect(restored.topUp).toEqual(open.topUp)
    expect(pageAfter(restored, '1', [paid]).topUp).toEqual({ kind: 'reconciling', of: '9' })
    expect(pageAfter(restored, '1', [reconciled(1)]).topUp).toEqual(open.topUp)
  })

  test('remembers it while automatic top-up is off', () => {
    const off = nextTopUp(idle, [restore(1)], { auto: undefined, balance: credits('1'), place: '9' })
    expect(off.topUp).toEqual({ kind: 'off' })
    expect(pageAfter(off, '1').topUp.kind).toBe('reconciling')
  })

  test('keeps why it is suspended', () => {
    const suspended = pageAfter(pageAfter(open, '1', [ended({ declines: 3 })]), '1', [restore(1)])
    expect(suspended.topUp).toMatchObject({ kind: 'suspended', reason: 'declined' })
    expect(pageAfter(suspended, '1', [reconciled(1)]).topUp).toMatchObject({ kind: 'suspended', reason: 'declined' })
  })

  test('of a release before goes on as it did', () => {
    expect(pageAfter(idle, '1', [restore(1, false)]).topUp.kind).toBe('open')
  })
})
