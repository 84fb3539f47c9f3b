import * as z from 'zod/mini'
import { type Credits, type Euros, noCredits, toCredits } from '../../money/amounts.ts'
import { Exact, exact } from '../../money/exact.ts'
import { RATE_DECIMALS } from '../../money/limits.ts'
import { type Meter, meters } from '../../usage/meters.ts'
import type { Quantities } from '../../usage/quantities.ts'
import { priceTextSchema } from './basis.ts'

/** From more than `above` units on, strictly, another price: "from 272,000 on" is above 271999. */
export const tierSchema = z.strictObject({
  above: z
    .string()
    .check(z.regex(/^[1-9][0-9]{0,14}$/, 'expected a whole number of units as a string, such as "200000"')),
  price: priceTextSchema,
})

/**
 * The quantity that is compared with `above`: the sum of these meters in one event.
 *
 * `event`: the tier that is reached prices all units (long-context prices). `slice`: each slice has its own price.
 */
export const tiersBySchema = z.strictObject({
  meters: z.array(z.enum(meters)).check(z.minLength(1, 'expected at least one meter')),
  scope: z.enum(['event', 'slice'], 'expected "event" or "slice"'),
})

export type PublishedTier = z.infer<typeof tierSchema>
export type TiersBy = z.infer<typeof tiersBySchema>

export const TIERS = 20

/** A tier ready to price with. */
export interface PriceTier {
  readonly above: Exact
  /** Euros for `per` units, as published. */
  readonly price: Euros
  /** Credits for one unit, exact. */
  readonly perUnit: Credits
}

export interface PriceTiers {
  readonly by: TiersBy
  /** Ascending. */
  readonly steps: readonly PriceTier[]
}

/** Credits for one unit; `undefined` when it has more decimals than a rate may have, and could not be charged exactly. */
export function perUnitOf(price: Euros, per: Exact): Credits | undefined {
  const perUnit = price.dividedBy(per) as Euros
  return perUnit.decimalPlaces() > RATE_DECIMALS || !perUnit.times(per).eq(price) ? undefined : toCredits(perUnit)
}

/** Makes tiers ready; or says why not. */
export function readTiers(
  published: readonly PublishedTier[],
  by: TiersBy,
  meter: Meter,
  per: Exact,
): PriceTiers | 'tiers-out-of-order' | 'slices-of-other-meters' | 'inexact' {
  if (by.scope === 'slice' && (by.meters.length > 1 || by.meters[0] !== meter)) return 'slices-of-other-meters'
  const steps: PriceTier[] = []
  for (const { above: text, price: priceText } of published) {
    const [above, price] = [new Exact(text), exact(priceText) as Euros]
    if (steps.at(-1)?.above.gte(above)) return 'tiers-out-of-order'
    const perUnit = perUnitOf(price, per)
    if (perUnit === undefined) return 'inexact'
    steps.push({ above, price, perUnit })
  }
  return { by, steps }
}

/** The tier that an event reaches as a whole; `undefined`: the rate's own price. */
export function tierReached({ by, steps }: PriceTiers, quantities: Quantities): PriceTier | undefined {
  let sum: Exact = noCredits
  for (const meter of by.meters) sum = sum.plus(quantities.get(meter) ?? 0)
  return steps.findLast(({ above }) => sum.gt(above))
}

/** A part of a quantity, and the tier that prices it. */
export interface Slice {
  readonly quantity: Exact
  readonly tier: PriceTier | undefined
}

/** Cuts a quantity at its tiers; the slices add up to it. */
export function slicesOf({ steps }: PriceTiers, quantity: Exact): readonly Slice[] {
  const slices: Slice[] = []
  let from: Exact = noCredits
  let tier: PriceTier | undefined
  for (const step of steps) {
    if (quantity.lte(step.above)) break
    slices.push({ quantity: step.above.minus(from), tier })
    from = step.above
    tier = step
  }
  return [...slices, { quantity: quantity.minus(from), tier }]
}
