import * as z from 'zod/mini'
import { amountText, toCredits } from '../../../shared/money/amounts.ts'
import { quote } from '../../../shared/top-ups/quote.ts'
import { knownAccount } from '../known-account.ts'
import { nothing, type Operation, reading } from '../operation.ts'
import { accountPathSchema } from '../shapes/account.ts'
import { amountSchema } from '../shapes/amount.ts'
import { described } from '../shapes/described.ts'
import { centsSchema, priceSchema, priceShape } from '../shapes/top-up.ts'

const offersSchema = z
  .object({
    offers: z.array(z.object({ amount: amountSchema, price: priceSchema })),
    automatic: described(
      z.object({ least: centsSchema, most: centsSchema }),
      'What one automatic purchase may be, in euros before discount, fee and tax',
    ),
  })
  .check(z.meta({ id: 'TopUpOffers', description: 'What can be bought, and what it costs' }))

const getOffers = reading({
  operationId: 'getTopUpOffers',
  tag: 'Top-ups',
  summary: 'What can be bought, and what it costs',
  description:
    'The amounts that `POST …/top-ups` takes, each with its discount, fee, tax and total, as they would be paid now.',
  params: accountPathSchema,
  query: nothing,
  answers: [
    {
      status: 200,
      description: 'In the order of the stage’s settings',
      schema: offersSchema,
      example: {
        offers: [
          {
            amount: { eur: '500.00', credits: '50000' },
            price: { net: '500.00', discount: '12.50', fee: '0.35', tax: '92.69', total: '580.54' },
          },
        ],
        automatic: { least: '1.00', most: '50000.00' },
      },
    },
  ],
  problems: [],
  handle: async ({ params: { account } }, { services }) => {
    await knownAccount(services, account)
    const { purchases } = services
    const offers = purchases.amounts.map((eur) => {
      const credits = toCredits(eur)
      return { amount: amountText(credits), price: priceShape(quote(purchases, credits)) }
    })
    const automatic = { least: purchases.least.toFixed(2), most: purchases.most.toFixed(2) }
    return { status: 200, body: { offers, automatic } }
  },
})

export const topUpOffersOperations: readonly Operation[] = [getOffers]
