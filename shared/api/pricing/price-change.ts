import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { rounded } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { NeutralChange, PriceChange } from '../../pricing/cards/price-changes.ts'
import { publishedRate, type Rate, takesUnlisted } from '../../pricing/rates/rate.ts'
import { meters } from '../../usage/meters.ts'
import { variantPairs } from '../../usage/variant.ts'
import { neutralVariantsSchema } from './rate-card.ts'

const sideSchema = z.object({
  price: z.string(),
  per: z.string(),
  tiers: z.optional(z.array(z.object({ above: z.string(), price: z.string() }))),
  unlistedVariant: described(
    z.optional(z.literal('base')),
    'Usage with a variant that the card does not list costs the same; absent: it is parked',
  ),
})

export const priceChangeSchema = z
  .object({
    service: z.string(),
    meter: z.enum(meters),
    variant: z.optional(z.record(z.string(), z.string())),
    account: described(z.optional(z.string()), 'Whose price it is; absent: everybody’s'),
    before: described(z.optional(sideSchema), 'Euros for `per` units; absent: it had no price'),
    after: described(z.optional(sideSchema), 'Absent: it has no price any more'),
    percent: described(z.optional(z.string()), 'Of one unit, rounded to two decimals'),
  })
  .check(z.meta({ id: 'PriceChange' }))

export const neutralChangeSchema = described(
  z.optional(z.object({ before: neutralVariantsSchema, after: neutralVariantsSchema })),
  'What variants may say without changing a price, whole lists; absent: the same in both. A pair that is dropped may park usage that says it',
)

export const neutralChangeShape = (
  neutral: NeutralChange | undefined,
): { readonly priceNeutralVariants?: z.infer<typeof neutralChangeSchema> } =>
  neutral === undefined ? {} : { priceNeutralVariants: { before: [...neutral.before], after: [...neutral.after] } }

export function priceChangeShape(change: PriceChange): z.infer<typeof priceChangeSchema> {
  const { service, meter, account, before, after, percent } = change
  const variant = variantPairs(change.variant)
  return {
    service,
    meter,
    variant,
    account,
    before: before && sideOf(before),
    after: after && sideOf(after),
    percent: percent && rounded(percent, 2),
  }
}

function sideOf(rate: Rate): z.infer<typeof sideSchema> {
  const { tiers } = publishedRate(rate)
  return {
    price: plain(rate.price),
    per: plain(rate.per),
    tiers,
    unlistedVariant: takesUnlisted(rate) ? ('base' as const) : undefined,
  }
}
