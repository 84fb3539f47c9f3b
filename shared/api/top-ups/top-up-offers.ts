import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { amountSchema } from '../fields/amount.ts'
import { centsSchema, priceSchema } from './top-up.ts'

const offersSchema = z
  .object({
    offers: z.array(
      z.object({
        amount: amountSchema,
        price: priceSchema,
        pay: described(z.array(z.enum(['method', 'checkout'])), 'How it can be paid'),
      }),
    ),
    byHand: described(
      z.object({ leftToday: centsSchema, dayCap: centsSchema, leftThisMonth: centsSchema, monthCap: centsSchema }),
      'What may still be bought by hand, in euros with tax and fee; purchases that are not paid yet count',
    ),
    automatic: described(
      z.object({ least: centsSchema, most: centsSchema }),
      'What one automatic purchase may be, in euros before discount, fee and tax',
    ),
  })
  .check(z.meta({ id: 'TopUpOffers', description: 'What can be bought, and what it costs' }))

export const getTopUpOffers = reading({
  operationId: 'getTopUpOffers',
  route: 'GET /v1/accounts/{account}/top-up-offers',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'What can be bought, and what it costs',
  description:
    'The amounts that `POST …/top-ups` takes, each with its discount, fee, tax and total, as they would be paid now.',
  params: accountPathSchema,
  answers: [
    answer(200, 'In the order of the stage’s settings', offersSchema, {
      offers: [
        {
          amount: { eur: '500.00', credits: '50000' },
          price: { net: '500.00', discount: '12.50', fee: '0.35', tax: '92.69', total: '580.54' },
          pay: ['method', 'checkout'],
        },
      ],
      byHand: { leftToday: '11419.46', dayCap: '12000.00', leftThisMonth: '59419.46', monthCap: '60000.00' },
      automatic: { least: '1.00', most: '50000.00' },
    }),
  ],
})

export const topUpOffersOperations: readonly Operation[] = [getTopUpOffers]
