import * as z from 'zod/mini'
import { type Exact, exact } from '../../money/exact.ts'
import { daySchema } from '../../usage/text.ts'
import { priceTextSchema } from './price-text.ts'

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
 * How a price came about: a vendor's list price, an exchange rate, a markup. The price is exactly what they come to, worked
 * out before the version is published, never when an event is priced.
 */
export const basisSchema = z.strictObject({
  listPrice: priceTextSchema,
  /** The same for each tier, in their order. */
  listTiers: z.optional(z.array(priceTextSchema)),
  currency: currencySchema,
  /** Euros for one unit of the currency; 1 for euros. */
  exchangeRate: exchangeRateSchema,
  /** What is added, in percent of the price in euros. */
  markupPercent: percentSchema,
  /** What is added after that, in euros for the rate's `per` units. */
  markupFixed: z.optional(priceTextSchema),
  /** Where the list price stands. */
  source: sourceSchema,
  /** The day as of which it stood there. */
  asOf: z.optional(daySchema),
})

export type Basis = z.infer<typeof basisSchema>

/** What the layers come to, exact. */
export const priceFromBasis = (
  listPrice: string,
  { exchangeRate, markupPercent, markupFixed = '0' }: Pick<Basis, 'exchangeRate' | 'markupPercent' | 'markupFixed'>,
): Exact =>
  exact(listPrice)
    .times(exact(exchangeRate))
    .times(exact(markupPercent).dividedBy(100).plus(1))
    .plus(exact(markupFixed))

/** Whether prices are what their layers come to, tier by tier. */
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
