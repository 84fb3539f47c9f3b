import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import { answer, type Operation, writing } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { givenAmountSchema } from '../fields/given-amount.ts'
import { shownTopUpSchema, topUpExample } from './top-up.ts'

export const buyCredits = writing({
  operationId: 'buyCredits',
  route: 'POST /v1/accounts/{account}/top-ups',
  scope: 'account:admin',
  tag: 'Top-ups',
  summary: 'Buy credits',
  description:
    'Paid with the stored payment method, or on a page of the payment provider whose address is in the answer. The credits come when the payment is there: `GET` the top-up, or listen to `groschen.top-up.succeeded`. `GET …/top-up-offers` has the amounts, what they cost, and what is left of the day’s and the month’s cap. Above a stage’s amount it is paid on the page alone, where the bank confirms it. Paying on the page stores nothing for later, unless `storesMethod` says so.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        amount: givenAmountSchema,
        pay: described(z.enum(['method', 'checkout']), 'With what is stored, or on the provider’s page'),
        storesMethod: z._default(
          described(
            z.boolean(),
            'Whether what is paid with on the page becomes the stored method, in place of the one there is, for automatic top-ups too',
          ),
          false,
        ),
      })
      .check(
        ruled(({ pay, storesMethod }) => pay === 'checkout' || !storesMethod, {
          error: 'stores what is paid with on the page; send it with "pay": "checkout"',
          path: ['storesMethod'],
        }),
        z.meta({ id: 'BuyCredits' }),
      ),
    example: { amount: { eur: '100' }, pay: 'checkout' },
  },
  answers: [answer(202, 'On its way', shownTopUpSchema, topUpExample)],
  problems: [
    'top-up.amount',
    'top-up.no-payment-method',
    'top-up.confirmation-page',
    'top-up.cap',
    'top-up.reconciling',
  ],
})

export const buyCreditsOperations: readonly Operation[] = [buyCredits]
