import * as z from 'zod/mini'
import { type Credits, type Euros, toCredits } from '../money/amounts.ts'
import { Exact, exact, plain } from '../money/exact.ts'
import { RATE_DECIMALS } from '../money/limits.ts'
import { type Meter, meters } from '../usage/meters.ts'
import { nameSchema } from '../usage/text.ts'
import { noVariant, type Variant, variantOf, variantPairs, variantSchema } from '../usage/variant.ts'

const PRICE = /^(?:0|[1-9]\d{0,11})(?:\.\d{1,18})?$/
const PER = /^[1-9]\d{0,11}$/

/** A rate as it is published: `price` for `per` units of `meter`, in euros (contracts, "Rate card"). */
export const rateSchema = z.strictObject({
  service: nameSchema,
  meter: z.enum(meters),
  variant: z.optional(variantSchema),
  per: z.string().check(z.regex(PER, 'expected a whole number of units as a string, such as "1000000"')),
  price: z
    .string()
    .check(z.regex(PRICE, 'expected euros as a decimal string with at most 12 digits before and 18 behind the point')),
  currency: z.literal('EUR', 'expected "EUR"'),
})

export type PublishedRate = z.infer<typeof rateSchema>

/** A rate ready to price with. */
export interface Rate {
  readonly service: string
  readonly meter: Meter
  readonly variant: Variant
  /** Euros for `per` units, as published. */
  readonly price: Euros
  readonly per: Exact
  /** Credits for one unit, exact. */
  readonly perUnit: Credits
}

/** `inexact`: the price of one unit has more decimals than a rate may have; a third of a credit can't be charged. */
export type ReadRate =
  | { readonly kind: 'rate'; readonly rate: Rate }
  | { readonly kind: 'inexact' }
  | { readonly kind: 'variant-of-many' }

/** Makes a checked rate ready; what can't be applied exactly is refused when it is published (account-log, "Numbers"). */
export function readRate(published: PublishedRate): ReadRate {
  const variant = variantOf(published.variant)
  if (variant !== noVariant && published.service.endsWith('*')) return { kind: 'variant-of-many' }

  const price = exact(published.price) as Euros
  const per = new Exact(published.per)
  const perUnit = price.dividedBy(per) as Euros
  if (perUnit.decimalPlaces() > RATE_DECIMALS || !perUnit.times(per).eq(price)) return { kind: 'inexact' }

  const { service, meter } = published
  return { kind: 'rate', rate: { service, meter, variant, price, per, perUnit: toCredits(perUnit) } }
}

/** The rate as it was published. */
export function publishedRate({ service, meter, variant, per, price }: Rate): PublishedRate {
  const pairs = variantPairs(variant)
  return { service, meter, ...(pairs && { variant: pairs }), per: plain(per), price: plain(price), currency: 'EUR' }
}
