import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { amountSchema } from '../../../shared/api/fields/amount.ts'
import { centsSchema, priceSchema, priceShape } from '../../../shared/api/top-ups/top-up.ts'
import { described } from '../../../shared/http/described.ts'
import { nothing, type Operation, reading } from '../../../shared/http/operation.ts'
import { knownAccount } from '../../../shared/ledger/io/known-account.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { roomByHand } from '../../../shared/ledger/tally/bought-by-hand.ts'
import { amountText, type Euros, euros, toCredits } from '../../../shared/money/amounts.ts'
import { todayIn } from '../../../shared/time/today-in.ts'
import { quote } from '../../../shared/top-ups/quote.ts'

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
            pay: ['method', 'checkout'],
          },
        ],
        byHand: { leftToday: '11419.46', dayCap: '12000.00', leftThisMonth: '59419.46', monthCap: '60000.00' },
        automatic: { least: '1.00', most: '50000.00' },
      },
    },
  ],
  problems: [],
  handle: async ({ params: { account } }, { services, tools }) => {
    const { timeZone } = await knownAccount(services, account)
    const { purchases } = services
    const head = await readHead(services.log, account)
    const today = await todayIn(timeZone, tools.now())
    const room = roomByHand(head?.header.tally?.bought, purchases.manual, today)
    const offers = purchases.amounts.map((eur) => {
      const credits = toCredits(eur)
      const pay = eur.gt(purchases.mostByMethod) ? ['checkout'] : ['method', 'checkout']
      return { amount: amountText(credits), price: priceShape(quote(purchases, credits)), pay }
    })
    const automatic = { least: purchases.least.toFixed(2), most: purchases.most.toFixed(2) }
    const byHand = {
      leftToday: left(room.day),
      dayCap: purchases.manual.day.toFixed(2),
      leftThisMonth: left(room.month),
      monthCap: purchases.manual.month.toFixed(2),
    }
    return { status: 200, body: { offers, byHand, automatic } }
  },
})

const left = (room: Euros): string => (room.isNegative() ? euros('0') : room).toFixed(2)

export const topUpOffersOperations: readonly Operation[] = [getOffers]
