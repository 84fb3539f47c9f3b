import { kind } from './problem-kind.ts'

/** Problems of top-ups, receipts and billing details. */
export const topUpProblems = {
  'top-up.confirmation-needed': kind(
    409,
    'This would buy credits at once',
    'the balance of acme is 3.20 €, below the threshold: this buys 100.00 € of credits at once (119.00 € with tax and fee); send it with "confirmed": true and a new Idempotency-Key if that is meant',
  ),
  'top-up.not-found': kind(
    404,
    'No such top-up',
    'account acme has no such top-up; GET /v1/accounts/acme/top-ups lists them',
  ),
  'top-up.amount': kind(
    422,
    'Credits are not sold in this amount',
    'credits are sold at 100.00 €, 500.00 €, 1000.00 €, 5000.00 €',
  ),
  'top-up.cap': kind(
    422,
    'The cap of purchases by hand has no room for it',
    'this purchase costs 5950.00 €, and 1200.00 € are left today of 12000.00 € for purchases by hand; buy less, or wait for the next day',
  ),
  'top-up.reconciling': kind(
    409,
    'The log was restored, and its payments are being held against it',
    'the log of acme was restored, and may lack purchases; this one can be made once all payments were held against it, which begins by itself and takes some minutes',
  ),
  'top-up.confirmation-page': kind(
    422,
    'It has to be confirmed on the provider’s page',
    '5000.00 € are bought on the provider\'s page, where the bank confirms them; send "pay": "checkout" with a new Idempotency-Key. The stored method is charged up to 1000.00 €',
  ),
  'top-up.no-payment-method': kind(
    422,
    'No payment method is stored',
    'account acme has no payment method; send "pay": "checkout", or store one',
  ),
  'invoice.credited-before': kind(
    409,
    'The invoice was credited with something else',
    'invoice INV-2026-17 of acme is credited already, and not with 777.00 €; GET /v1/accounts/acme/top-ups?origin=invoice shows it; put right what is wrong by an adjustment',
  ),
  'receipt.not-paid': kind(
    409,
    'The top-up is not credited',
    'top-up auto-17 is processing; a receipt is of what was credited',
  ),
  'receipt.no-seller': kind(
    409,
    'The stage does not say who sells',
    'stage dev does not say who sells; deploy it with the context "seller"',
  ),
  'billing-details.none': kind(
    404,
    'The account has no billing details',
    'account acme has no billing details; PUT /v1/accounts/acme/billing-details sets them',
  ),
  'billing-details.changed': kind(
    409,
    'The billing details are at another version',
    'the billing details of acme are not at version 1 any more, or not yet; look at them again',
  ),
  'top-up.nothing-to-retry': kind(
    409,
    'Automatic top-up neither waits nor is suspended',
    'automatic top-up of acme is idle; there is nothing to try again',
  ),
} as const
