import * as z from 'zod/mini'
import { type Exact, exact } from '../money/exact.ts'
import { priceTextSchema } from './price-text.ts'

/**
 * How a price came about: a vendor's list price, an exchange rate, a markup. The price is their exact product, worked out
 * before the version is published, never when an event is priced.
 */
export const basisSchema = z.strictObject({
  listPrice: priceTextSchema,
  /** The same for each tier, in their order. */
  listTiers: z.optional(z.array(priceTextSchema)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/, 'expected a currency by ISO 4217, such as "USD"')),
  /** Euros for one unit of the currency; 1 for euros. */
  exchangeRate: z
    .string()
    .check(z.regex(/^(?:0|[1-9]\d{0,5})(?:\.\d{1,10})?$/, 'expected a decimal string such as "0.8643"')),
  /** What is added, in percent of the price in euros. */
  markupPercent: z
    .string()
    .check(z.regex(/^-?(?:0|[1-9]\d{0,3})(?:\.\d{1,6})?$/, 'expected percent as a decimal string such as "20"')),
  /** Where the list price stands. */
  source: z.string().check(z.minLength(1), z.maxLength(256)),
})

export type Basis = z.infer<typeof basisSchema>

/** What the layers come to, exact. */
export const priceFromBasis = (
  listPrice: string,
  { exchangeRate, markupPercent }: Pick<Basis, 'exchangeRate' | 'markupPercent'>,
): Exact => exact(listPrice).times(exact(exchangeRate)).times(exact(markupPercent).dividedBy(100).plus(1))

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
