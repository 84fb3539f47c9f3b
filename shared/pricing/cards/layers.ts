import * as z from 'zod/mini'
import { daySchema } from '../../usage/text.ts'
import { currencySchema, exchangeRateSchema, percentSchema, sourceSchema } from '../rates/basis.ts'
import { markupSchema } from '../rates/markup.ts'

/** Euros for one unit of a vendor's currency, as of a day. */
const exchangeSchema = z.strictObject({
  currency: currencySchema,
  rate: exchangeRateSchema,
  day: daySchema,
  source: sourceSchema,
})

const CURRENCIES = 50
const MARKUPS = 200

/** What lies between vendors' list prices and ours. It stands in the version that was made with it. */
export const layersSchema = z.strictObject({
  exchangeRates: z.array(exchangeSchema).check(z.maxLength(CURRENCIES, `expected at most ${CURRENCIES}`)),
  markups: z.array(markupSchema).check(z.maxLength(MARKUPS, `expected at most ${MARKUPS}`)),
  /** Of a list price that no markup is for; absent: it is no price of ours, and its usage is parked. */
  defaultPercent: z.optional(percentSchema),
})

export type Layers = z.infer<typeof layersSchema>

export const noLayers: Layers = { exchangeRates: [], markups: [] }
