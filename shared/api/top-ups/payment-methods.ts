import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, nothing, type Operation, reading, writing } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { timeSchema } from '../fields/time.ts'
import { shownStateSchema } from './top-up-state.ts'

const methodSchema = z
  .object({
    method: z.nullable(
      z.object({
        brand: z.string(),
        lastFour: z.string(),
        expires: z.optional(described(z.string(), 'Year and month')),
      }),
    ),
  })
  .check(z.meta({ id: 'PaymentMethod', description: 'What an account pays with; null: it has none' }))

export const getPaymentMethod = reading({
  operationId: 'getPaymentMethod',
  route: 'GET /v1/accounts/{account}/payment-method',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'What an account pays with',
  description: 'Asked of the payment provider at this moment; we keep brand, last four digits and expiry.',
  params: accountPathSchema,
  answers: [
    answer(200, 'What automatic top-ups are paid with', methodSchema, {
      method: { brand: 'visa', lastFour: '4242', expires: '2028-04' },
    }),
  ],
})

export const setUpPaymentMethod = writing({
  operationId: 'setUpPaymentMethod',
  route: 'POST /v1/accounts/{account}/payment-method-setups',
  scope: 'account:admin',
  tag: 'Top-ups',
  summary: 'Store a payment method',
  description:
    'On a page of the payment provider, whose address is in the answer. What stopped for want of one goes on by itself.',
  params: accountPathSchema,
  body: { schema: nothing, example: {} },
  answers: [
    answer(
      201,
      'The page is open until `expiresAt`',
      z.object({ url: z.string(), expiresAt: timeSchema }).check(z.meta({ id: 'PaymentPage' })),
      { url: 'https://checkout.stripe.com/c/setup/cs_test_1', expiresAt: '2026-11-25T08:00:00.000Z' },
    ),
  ],
})

export const retryTopUp = writing({
  operationId: 'retryTopUp',
  route: 'POST /v1/accounts/{account}/top-up-retries',
  scope: 'account:admin',
  tag: 'Top-ups',
  summary: 'Try automatic top-up again now',
  description:
    'Where it waits, or is stopped, also while it is off: declines, refunds and disputes up to now are forgotten.',
  params: accountPathSchema,
  body: { schema: nothing, example: {} },
  answers: [
    answer(
      200,
      'Judged again: open, where the balance is below the threshold',
      z.object({ state: shownStateSchema }).check(z.meta({ id: 'RetriedTopUp' })),
      { state: { kind: 'open', topUp: 'auto-17', buys: { eur: '100.00', credits: '10000' } } },
    ),
  ],
  problems: ['top-up.nothing-to-retry'],
})

export const paymentMethodOperations: readonly Operation[] = [getPaymentMethod, setUpPaymentMethod, retryTopUp]
