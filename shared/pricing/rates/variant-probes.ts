import { noVariant, type Variant, variantOf, variantPairs } from '../../usage/variant.ts'
import type { RateCard } from '../cards/rate-card.ts'
import type { PriceNeutralVariant } from './price-neutral-variant.ts'
import type { Rate } from './rate.ts'

/** No card lists it: names of variants begin with a letter. */
const UNLISTED = '?'

/**
 * Variants that find out whether usage of a rate's service and meter costs the same by two cards: the rate's own, none,
 * and both with a further name: each name that either card knows of the service, each price-neutral pair, and an unknown one.
 *
 * What a card does with a variant depends on which names it knows, and on the values that it lists. So these stand for all.
 */
export function variantProbes(
  cards: readonly RateCard[],
): (rate: Pick<Rate, 'service' | 'variant'>) => readonly Variant[] {
  const rates = cards.flatMap((card) => card.rates)
  const names = new Map(
    [...Map.groupBy(rates, ({ service }) => service)].map(([service, some]) => [service, namesIn(some)]),
  )
  const neutral = cards.flatMap(({ priceNeutralVariants = [] }) => priceNeutralVariants).map(pairOf)
  return ({ service, variant }) => {
    const further = [...(names.get(service) ?? []), UNLISTED].map((name) => [name, UNLISTED] as const)
    const starts = variant === noVariant ? [noVariant] : [variant, noVariant]
    const probes = starts.flatMap((start) => [start, ...[...further, ...neutral].map((pair) => withPair(start, pair))])
    return [...new Set(probes)]
  }
}

const namesIn = (rates: readonly Rate[]): readonly string[] => [
  ...new Set(rates.flatMap(({ variant }) => Object.keys(variantPairs(variant) ?? {}))),
]

const pairOf = ({ name, value }: PriceNeutralVariant): readonly [string, string] => [name, value ?? UNLISTED]

/** A name that stands there already keeps its value. */
const withPair = (variant: Variant, [name, value]: readonly [string, string]): Variant =>
  variantOf({ [name]: value, ...variantPairs(variant) })

/** A probe for people. */
export const probeText = (variant: Variant): string =>
  Object.entries(variantPairs(variant) ?? {})
    .map(([name, value]) =>
      name === UNLISTED ? 'an unlisted variant' : `${name}=${value === UNLISTED ? 'unlisted' : value}`,
    )
    .join(' ')
