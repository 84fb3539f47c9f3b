import * as z from 'zod/mini'
import { type Meter, meters } from '../../usage/meters.ts'
import { nameSchema } from '../../usage/text.ts'
import { variantNameSchema } from '../../usage/variant.ts'

/** What a variant may say without changing a price: a name with every value, or with this one; for all meters, or for these. */
export const priceNeutralVariantSchema = z.strictObject({
  name: variantNameSchema,
  value: z.optional(nameSchema),
  meters: z.optional(z.array(z.enum(meters)).check(z.minLength(1, 'expected at least one meter'))),
})

export type PriceNeutralVariant = z.infer<typeof priceNeutralVariantSchema>

/** Equal for those that say the same. */
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
