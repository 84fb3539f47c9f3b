import * as z from 'zod/mini'
import { type Exact, exact } from '../../money/exact.ts'
import { DAY_MS, type Instant, parseInstant } from '../../time/instant.ts'
import { daySchema } from '../../usage/text.ts'

const PRICE = /^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,18})?$/

/** A price as it is published: a decimal string, so that no digit of it ever becomes a float. */
export const priceTextSchema = z
  .string()
  .check(
    z.regex(PRICE, 'expected a decimal string with at most 12 digits before and 18 behind the point, such as "0.005"'),
  )

export const currencySchema = z.string().check(z.regex(/^[A-Z]{3}$/, 'expected a currency by ISO 4217, such as "USD"'))

/** Euros for one unit of a currency. */
export const exchangeRateSchema = z
  .string()
  .check(z.regex(/^(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,10})?$/, 'expected a decimal string such as "0.8643"'))

export const percentSchema = z
  .string()
  .check(z.regex(/^-?(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,6})?$/, 'expected percent as a decimal string such as "20"'))

export const sourceSchema = z.string().check(z.minLength(1), z.maxLength(256))

/**
 * How a price came about: a vendor's list price, an exchange rate, a markup. The price is their exact product, worked out
 * before the version is published, never when an event is priced.
 */
export const basisSchema = z.strictObject({
  listPrice: priceTextSchema,
  /** The same for each tier, in their order. */
  listTiers: z.optional(z.array(priceTextSchema)),
  currency: currencySchema,
  /** Euros for one unit of the currency; 1 for euros. */
  exchangeRate: exchangeRateSchema,
  /** Added to the price in euros, in percent of it. */
  markupPercent: percentSchema,
  /** Added after that, in euros for the rate's `per` units. */
  markupFixed: z.optional(priceTextSchema),
  /** The source of the list price. */
  source: sourceSchema,
  /** The day as of which it stood there. */
  asOf: z.optional(daySchema),
})

export type Basis = z.infer<typeof basisSchema>

/** List price × exchange rate × markup, exact. */
export const priceFromBasis = (
  listPrice: string,
  { exchangeRate, markupPercent, markupFixed = '0' }: Pick<Basis, 'exchangeRate' | 'markupPercent' | 'markupFixed'>,
): Exact =>
  exact(listPrice)
    .times(exact(exchangeRate))
    .times(exact(markupPercent).dividedBy(100).plus(1))
    .plus(exact(markupFixed))

/** Whether a price and its tiers' prices are exactly the product of their basis. */
export function isFromBasis(
  { price, tiers }: { readonly price: string; readonly tiers: readonly string[] },
  basis: Basis,
): boolean {
  const lists = [basis.listPrice, ...(basis.listTiers ?? [])]
  const prices = [price, ...tiers]
  return (
    lists.length === prices.length &&
    lists.every((list, place) => priceFromBasis(list, basis).eq(exact(prices[place] ?? '0')))
  )
}

/** Vendors change their prices every few weeks: a list price this old may have changed since. */
const OLD_MS = 90 * DAY_MS

/** Whether a list price was read more than 90 days ago, counted in whole days of UTC. One without a day is not judged. */
export function isOutdated(basis: Pick<Basis, 'asOf'> | undefined, now: Instant): boolean {
  const day = basis?.asOf === undefined ? undefined : parseInstant(`${basis.asOf}T00:00:00Z`)
  return day !== undefined && now - (now % DAY_MS) - day > OLD_MS
}
