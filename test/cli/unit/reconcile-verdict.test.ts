import { expect, test } from 'vitest'
import { sentenceOf } from '../../../infra/cli/commands/reconcile.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'
import type { Payment } from '../../../shared/payments/payment.ts'
import { type PaidEntry, reconciliationSums } from '../../../shared/top-ups/reconciliation.ts'

const payment: Payment = {
  id: 'pi_1',
  account: 'acme',
  topUp: 'auto-17',
  status: 'succeeded',
  currency: 'EUR',
  customer: 'cus_1',
  amount: euros('119'),
  isLive: false,
  createdAt: 0,
  decline: undefined,
  method: undefined,
  takings: [
    { id: 're_1', cause: 'refund', amount: euros('10') },
    { id: 're_2', cause: 'refund', amount: euros('5') },
    { id: 're_2#failed', cause: 'refund-failed', amount: euros('5') },
    { id: 'dp_1', cause: 'dispute', amount: euros('109') },
    { id: 'dp_1#won', cause: 'dispute-won', amount: euros('109') },
  ],
}
const at = { account: 'acme', page: 9, key: 'auto-17', actor: 'groschen', at: 0, provider: 'stripe', payment: 'pi_1' }
const credit: PaidEntry = {
  kind: 'top-up',
  ...at,
  of: '17',
  month: '2026-11',
  paid: euros('119'),
  credits: credits('10000'),
}
const reversal: PaidEntry = {
  kind: 'payment-reversal',
  ...at,
  taking: 're_1',
  cause: 'refund',
  credits: credits('-840'),
}

test('the summary of a reconciliation counts what went back, at the provider and in the logs', () => {
  const compared = { captured: new Map([['pi_1', payment]]), entries: [credit, reversal], found: [] }
  expect(reconciliationSums(compared)).toEqual({
    payments: 1,
    captured: '119.00',
    refunds: 2,
    refunded: '15.00',
    refundsFailed: 1,
    disputes: 1,
    disputed: '109.00',
    disputesWon: 1,
    credits: 1,
    credited: '119.00',
    reversals: 1,
    disagreements: 0,
  })
  expect(sentenceOf(reconciliationSums(compared))).toBe(
    '1 payment captured, 119.00 €; 2 refunds, 15.00 €, 1 failed; 1 dispute, 109.00 €, 1 won; 1 payment credited in the logs, 119.00 €, 1 reversal; they agree.',
  )
})
