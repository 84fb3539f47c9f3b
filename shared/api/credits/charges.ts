import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { type Operation, reading } from '../../http/operation.ts'
import { idSchema, nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { amountSchema } from '../fields/amount.ts'
import { explanationFields } from './charge-explanation.ts'
import { chargeFields } from './entry.ts'

const total = { eur: '0.026533', credits: '2.6533' }

const chargeAnswer = {
  status: 200,
  description: 'The charge; `balanceAfterPage` is that after the whole page it stands in',
  schema: z
    .object({
      ...chargeFields,
      ...explanationFields,
      balanceAfterPage: described(z.optional(amountSchema), 'Not for a member: it is the account’s'),
    })
    .check(z.meta({ id: 'Charge' })),
  example: {
    kind: 'charge',
    page: 3,
    position: 0,
    source: '/chat/eu',
    id: '01a207e7-524b-883c-8e63-ffffffffffff',
    time: '2026-11-23T10:15:30.123Z',
    user: 'u-17',
    category: 'text',
    service: 'openai/gpt-4o',
    quantities: { input_tokens: '523', output_tokens: '1247', tool_calls: '2' },
    rateCard: 1,
    amount: total,
    rows: [
      {
        meter: 'input_tokens',
        quantity: '523',
        pricedAs: 'openai/gpt-4o',
        price: '3',
        per: '1000000',
        currency: 'EUR',
        cost: { eur: '0.001569', credits: '0.1569' },
        origin: 'a price of our own for openai/gpt-4o',
        calculation: '523 × 3.00 € / 1,000,000 = 0.001569 €',
        rounded: '0.16',
      },
      {
        meter: 'output_tokens',
        quantity: '1247',
        pricedAs: 'openai/gpt-4o',
        price: '12',
        per: '1000000',
        currency: 'EUR',
        cost: { eur: '0.014964', credits: '1.4964' },
        origin: 'a price of our own for openai/gpt-4o',
        calculation: '1,247 × 12.00 € / 1,000,000 = 0.014964 €',
        rounded: '1.50',
      },
      {
        meter: 'tool_calls',
        quantity: '2',
        pricedAs: '*',
        price: '0.005',
        per: '1',
        currency: 'EUR',
        cost: { eur: '0.01', credits: '1' },
        origin: 'a price of our own for *',
        calculation: '2 × 0.005 € = 0.01 €',
        rounded: '1.00',
      },
    ],
    total,
    rounded: {
      credits: '2.66',
      remark:
        'Rounded to cents of a credit the rows add up to 2.66; charged is the exact sum, 2.6533 credits: nothing is rounded between event and balance.',
    },
    card: {
      version: 1,
      effectiveFrom: '1970-01-01T00:00:00.000Z',
      publishedAt: '2026-11-23T10:00:00.000Z',
      hash: '7c4a8d09ca3762af61e59520943dc26494f8941b2fd9c8c64b0e1d3c1a1e3f11',
      note: 'first prices',
    },
    balanceAfterPage: { eur: '49.973467', credits: '4997.3467' },
  },
}

export const findCharge = reading({
  operationId: 'findCharge',
  method: 'GET',
  path: '/v1/accounts/{account}/charges',
  scope: 'account:read',
  isOwn: true,
  tag: 'Credits',
  summary: 'Show what a usage event was charged',
  description:
    'Priced again, row by row, from its quantities and the version of the rate card that priced it: what is shown adds up to what was charged, or is not shown.',
  params: accountPathSchema,
  query: z.strictObject({
    source: described(idSchema, 'The source of the event, percent-encoded once: `%2Fchat%2Feu`'),
    id: described(idSchema, 'The id of the event, percent-encoded once'),
    user: described(z.optional(nameSchema), 'Only if it is a charge of this user; a member always gets only their own'),
  }),
  answers: [chargeAnswer],
  problems: ['charge.not-found', 'rates.reprice-mismatch'],
})

export const chargeOperations: readonly Operation[] = [findCharge]
