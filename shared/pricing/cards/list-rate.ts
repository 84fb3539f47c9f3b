import * as z from 'zod/mini'
import { meters } from '../../usage/meters.ts'
import { daySchema, nameSchema } from '../../usage/text.ts'
import { variantSchema } from '../../usage/variant.ts'
import { currencySchema, sourceSchema } from '../rates/basis.ts'
import { priceTextSchema } from '../rates/price-text.ts'
import { tiersBySchema } from '../rates/price-tiers.ts'
import { perSchema, roundingSchema, tiersSchema, unlistedVariantSchema } from '../rates/rate.ts'

/** A vendor's price in the vendor's currency, in a draft: exchange rate and markup make the rate of it. */
export const listRateSchema = z.strictObject({
  service: nameSchema,
  meter: z.enum(meters),
  variant: z.optional(variantSchema),
  per: perSchema,
  listPrice: priceTextSchema,
  listTiers: z.optional(tiersSchema),
  tiersBy: z.optional(tiersBySchema),
  rounding: z.optional(roundingSchema),
  currency: currencySchema,
  /** Where the list price stands. */
  source: sourceSchema,
  /** The day as of which it stood there. */
  asOf: z.optional(daySchema),
  unlistedVariant: z.optional(unlistedVariantSchema),
})

export type ListRate = z.infer<typeof listRateSchema>
