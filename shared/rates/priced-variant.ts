import type { Meter } from '../usage/meters.ts'
import { type Variant, variantOf, variantPairs } from '../usage/variant.ts'
import { isPriceNeutral, type PriceNeutralVariant } from './price-neutral-variant.ts'

/** The kinds of meters that a service has rates for by a name of variants: `tool` for tool calls, `tier` for tokens. */
export type KindsByName = ReadonlyMap<string, ReadonlySet<string>>

/** All tokens are one kind: what changes the price of some of them may change that of the others. */
export const kindOfMeter = (meter: string): string => (meter.endsWith('_tokens') ? 'tokens' : meter)

/**
 * The variant that the rate of one meter is looked up by: without pairs that change no price of it.
 *
 * These are the card's price-neutral ones, and those with names that the service's rates have for other kinds of meters
 * alone: a search tool says nothing about tokens. A name that no rate of the service has stays: it may change every price.
 *
 * @param names of the service's rates: everybody's, and the account's own
 */
export function pricedVariant(
  variant: Variant,
  meter: Meter,
  neutral: readonly PriceNeutralVariant[],
  names: readonly KindsByName[],
): Variant {
  const pairs = Object.entries(variantPairs(variant) ?? {})
  const kind = kindOfMeter(meter)
  const isOfOthers = (name: string): boolean => {
    const kinds = names.flatMap((one) => one.get(name) ?? [])
    return kinds.length > 0 && !kinds.some((some) => some.has(kind))
  }
  const counted = pairs.filter((pair) => !isPriceNeutral(neutral, pair, meter) && !isOfOthers(pair[0]))
  return counted.length === pairs.length ? variant : variantOf(Object.fromEntries(counted))
}
