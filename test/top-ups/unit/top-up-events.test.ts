import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { noTally, type StopReason } from '../../../shared/ledger/tally/top-up-state.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'
import type { TakingCause } from '../../../shared/money/taking-causes.ts'
import { topUpEventsOf } from '../../../shared/top-ups/top-up-events.ts'

type Header = Page['header']

/** A page as far as events are made of it. */
const pageOf = (topUp: Header['topUp'], entries: readonly Entry[], stopped?: StopReason): Page =>
  ({
    header: {
      account: 'acme',
      seq: 19,
      cuts: [],
      balance: credits('-300'),
      topUp,
      tally: stopped && { ...noTally, stopped },
    },
    entries,
  }) as unknown as Page

const reversal = (key: string, taking = 'dp_1', cause: TakingCause = 'dispute'): Entry => ({
  kind: 'payment-reversal',
  key,
  actor: 'stripe',
  at: 0,
  provider: 'stripe',
  payment: 'pi_1',
  taking,
  cause,
  credits: credits('-50000'),
})
const retry = { kind: 'top-up-retry', key: 'k', actor: 'olga', at: 0, of: '0', cause: 'admin' } as const

const never = { topUp: { kind: 'off' }, tally: undefined } as const
const suspended = (reason: StopReason) => ({ kind: 'suspended', of: '19', reason }) as const
const kinds = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type)
const STOP = 'groschen.top-up.suspended'

describe('a purchase is told', () => {
  const bought = {
    kind: 'top-up',
    key: 'auto-17',
    actor: 'stripe',
    at: 0,
    provider: 'stripe',
    payment: 'pi_1',
  } as const
  const entry = { ...bought, credits: credits('5000'), paid: euros('59.92') } as unknown as Entry

  test('with the time of the next one, where automatic top-up waits for it', () => {
    const waiting = { kind: 'waiting', of: '19', until: 3_600_000, reason: 'cooldown' } as const
    expect(topUpEventsOf(never, [pageOf(waiting, [entry])])).toMatchObject([
      {
        type: 'groschen.top-up.succeeded',
        data: { nextTry: '1970-01-01T01:00:00.000Z', balance: { credits: '-300' } },
      },
    ])
    const [event] = topUpEventsOf(never, [pageOf({ kind: 'idle' }, [entry])])
    expect(event?.data).not.toHaveProperty('nextTry')
  })
})

describe('a stop by a refund or dispute is told', () => {
  test.each([
    ['manual-9fJ2mQ0sXbA1', 'manual'],
    ['auto-17', 'automatic'],
    ['auto-17e1', 'automatic'],
  ] as const)('of %s as %s, with the credits that were taken', (key, origin) => {
    const [event] = topUpEventsOf(never, [pageOf(suspended('disputed'), [reversal(key)], 'disputed')])
    expect(event).toMatchObject({
      type: STOP,
      id: `acme#${key}#suspended#dp_1`,
      data: { topUp: key, origin, amount: { eur: '500.00', credits: '50000' }, reason: 'disputed', state: 'suspended' },
    })
  })

  test.each(['off', 'idle', 'open', 'waiting'] as const)('while automatic top-up is %s', (kind) => {
    const state = { kind, of: '17', buys: credits('1'), until: 0, reason: 'cooldown' } as Header['topUp']
    const page = pageOf(state, [reversal('auto-17', 're_1', 'refund')], 'refunded')
    expect(topUpEventsOf(never, [page])).toMatchObject([
      { type: STOP, id: 'acme#auto-17#suspended#re_1', data: { reason: 'refunded', state: kind } },
    ])
  })

  test('once, and again where an admin had let it go on, or a dispute follows a refund', () => {
    const stop = (taking: string, cause: TakingCause, reason: StopReason, ...before: readonly Entry[]) =>
      pageOf({ kind: 'off' }, [...before, reversal('auto-17', taking, cause)], reason)
    const pages = [
      stop('re_1', 'refund', 'refunded'),
      stop('re_2', 'refund', 'refunded'),
      stop('re_3', 'refund', 'refunded', retry),
      stop('dp_1', 'dispute', 'disputed'),
      stop('re_4', 'refund', 'disputed'),
    ]
    expect(topUpEventsOf(never, pages).map(({ id }) => id.split('#').at(-1))).toEqual(['re_1', 're_3', 'dp_1'])
    const [, after] = pages
    expect(topUpEventsOf(after!.header, pages.slice(1, 2))).toEqual([])
  })

  test('not of money that came again', () => {
    expect(topUpEventsOf(never, [pageOf({ kind: 'off' }, [reversal('auto-17', 'dp_1', 'dispute-won')])])).toEqual([])
  })

  test('when it happens, not a second time when what was under way has ended', () => {
    const before = {
      topUp: { kind: 'open', of: '17', buys: credits('1') },
      tally: { ...noTally, stopped: 'refunded' },
    } as const
    const ended: Entry = {
      kind: 'top-up-ended',
      key: 'auto-17',
      actor: 'top-up',
      at: 0,
      of: '17',
      reason: 'not-completed',
      declines: 0,
      until: 60_000,
      declineCode: undefined,
      wanted: credits('1'),
    } as Entry
    expect(kinds(topUpEventsOf(before, [pageOf(suspended('refunded'), [ended], 'refunded')]))).toEqual([
      'groschen.top-up.failed',
    ])
  })
})

test('an invoice is told with its number', () => {
  const entry: Entry = {
    kind: 'top-up',
    key: 'invoice-x',
    actor: 'olga',
    at: 0,
    provider: 'invoice',
    payment: 'acme/INV/17',
    of: undefined,
    month: '',
    paid: euros('119'),
    credits: credits('10000'),
  }
  const [event] = topUpEventsOf(never, [pageOf({ kind: 'off' }, [entry])])
  expect(event).toMatchObject({ data: { origin: 'invoice', paid: '119.00', reference: 'INV/17' } })
})
