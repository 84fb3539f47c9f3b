import { describe, expect, test } from 'vitest'
import { credits, euros } from '../../../shared/money/amounts.ts'
import type { Payment } from '../../../shared/payments/payment.ts'
import { disagreementsOf, type PaidEntry } from '../../../shared/top-ups/reconciliation.ts'

const payment = (changes: Partial<Payment> = {}): Payment => ({
  id: 'pi_1',
  account: 'acme',
  topUp: 'auto-17',
  status: 'succeeded',
  currency: 'EUR',
  customer: 'cus_1',
  amount: euros('119.00'),
  isLive: false,
  createdAt: 0,
  decline: undefined,
  method: undefined,
  takings: [],
  ...changes,
})
const taking = { id: 're_1', cause: 'refund', amount: euros('10') } as const

const credit = (changes: object = {}) =>
  ({
    kind: 'top-up',
    account: 'acme',
    page: 9,
    key: 'auto-17',
    actor: 'groschen',
    at: 0,
    provider: 'stripe',
    payment: 'pi_1',
    of: '17',
    month: '2026-11',
    paid: euros('119.00'),
    credits: credits('10000'),
    ...changes,
  }) as PaidEntry
const reversal = (changes: object = {}) =>
  ({
    kind: 'payment-reversal',
    account: 'acme',
    page: 11,
    key: 'auto-17',
    actor: 'stripe',
    at: 0,
    provider: 'stripe',
    payment: 'pi_1',
    taking: 're_1',
    cause: 'refund',
    credits: credits('-840'),
    ...changes,
  }) as PaidEntry

const found = (payments: readonly Payment[], entries: readonly PaidEntry[]) =>
  disagreementsOf(new Map(payments.map((one) => [one.id, one])), entries)
const kinds = (payments: readonly Payment[], entries: readonly PaidEntry[]) =>
  found(payments, entries).map(({ kind }) => kind)

describe('the provider and the logs', () => {
  test('agree where each captured payment is credited once, and each taking reversed', () => {
    expect(found([payment({ takings: [taking] })], [credit(), reversal()])).toEqual([])
    expect(found([], [])).toEqual([])
  })

  test.each([
    ['not-credited', [payment()], []],
    ['no-payment', [], [credit()]],
    ['credited-twice', [payment()], [credit(), credit({ page: 12 })]],
    ['other-account', [payment()], [credit({ account: 'globex' })]],
    ['other-amount', [payment({ amount: euros('119.01') })], [credit()]],
    ['other-currency', [payment({ currency: 'USD' })], [credit()]],
    ['not-taken-back', [payment({ takings: [taking] })], [credit()]],
    ['no-taking', [payment()], [credit(), reversal()]],
  ] as const)('do not agree: %s', (kind, payments, entries) => {
    expect(kinds(payments, entries)).toEqual([kind])
  })

  test('are named with account, top-up, payment and amounts', () => {
    expect(found([payment({ amount: euros('100') })], [credit()])).toEqual([
      {
        kind: 'other-amount',
        account: 'acme',
        topUp: 'auto-17',
        payment: 'pi_1',
        detail: '100.00 € were captured, the log has 119.00 €',
      },
    ])
  })
})
