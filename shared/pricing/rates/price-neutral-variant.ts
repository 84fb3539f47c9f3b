import * as z from 'zod/mini'
import { type Meter, meters } from '../../usage/meters.ts'
import { nameSchema } from '../../usage/text.ts'
import { type Variant, variantNameSchema, variantOf, variantPairs } from '../../usage/variant.ts'

/** What a variant may say without changing a price: a name with every value, or with this one; for all meters, or for these. */
export const priceNeutralVariantSchema = z.strictObject({
  name: variantNameSchema,
  value: z.optional(nameSchema),
  meters: z.optional(z.array(z.enum(meters)).check(z.minLength(1, 'expected at least one meter'))),
})

export type PriceNeutralVariant = z.infer<typeof priceNeutralVariantSchema>

/** Equal for equal ones. */
export const keyOfNeutral = ({ name, value, meters: only = [] }: PriceNeutralVariant): string =>
  JSON.stringify([name, value, [...only].sort()])

/** Whether a pair of a variant changes no price of a meter, as the card says. */
export const isPriceNeutral = (
  neutral: readonly PriceNeutralVariant[],
  [name, value]: readonly [string, string],
  meter: Meter,
): boolean =>
  neutral.some(
    (one) =>
      one.name === name &&
      (one.value === undefined || one.value === value) &&
      (one.meters === undefined || one.meters.includes(meter)),
  )

/** The kinds of meters that a service has rates for by a name of variants: `tool` for tool calls, `tier` for tokens. */
export type KindsByName = ReadonlyMap<string, ReadonlySet<string>>

/** All tokens are one kind: a variant that changes the price of some may change that of the others. */
export const kindOfMeter = (meter: string): string => (meter.endsWith('_tokens') ? 'tokens' : meter)

/**
 * The variant that the rate of one meter is looked up by: without pairs that change no price of it.
 *
 * These are the card's price-neutral ones, and those with names that everybody's rates of the service have for other kinds
 * of meters alone: a search tool says nothing about tokens. A name that they don't have stays: it may change every price.
 *
 * @param general of everybody's rates of the service
 * @param own of the account's; they may make a name count for more meters, never for fewer
 */
export function pricedVariant(
  variant: Variant,
  meter: Meter,
  neutral: readonly PriceNeutralVariant[],
  { general, own }: { readonly general: KindsByName; readonly own: KindsByName | undefined },
): Variant {
  const pairs = Object.entries(variantPairs(variant) ?? {})
  const kind = kindOfMeter(meter)
  const isOfOthers = (name: string): boolean => {
    const kinds = general.get(name)
    return kinds !== undefined && !kinds.has(kind) && own?.get(name)?.has(kind) !== true
  }
  const counted = pairs.filter((pair) => !isPriceNeutral(neutral, pair, meter) && !isOfOthers(pair[0]))
  return counted.length === pairs.length ? variant : variantOf(Object.fromEntries(counted))
}
