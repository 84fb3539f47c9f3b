import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { plain } from '../../money/exact.ts'
import { type PriceView, withoutBasis } from '../../pricing/models/customer-prices.ts'
import type { Model, ModelPrice } from '../../pricing/models/models.ts'
import { isOutdated } from '../../pricing/rates/basis.ts'
import {
  type PublishedRate,
  publishedRate,
  type Rate,
  rateSchema,
  takesUnlisted,
  tiersSchema,
} from '../../pricing/rates/rate.ts'
import { type Instant, instantText } from '../../time/instant.ts'
import { categories } from '../../usage/meters.ts'
import { timeSchema } from '../fields/time.ts'

const priceSchema = z
  .object({
    ...z.pick(rateSchema, {
      meter: true,
      variant: true,
      per: true,
      tiers: true,
      tiersBy: true,
      rounding: true,
      unlistedVariant: true,
    }).shape,
    basis: described(rateSchema.shape.basis, 'How the price came about; for operators alone'),
    price: described(z.string(), 'Euros for `per` units; of the first ones, where there are tiers'),
    byCategory: described(
      z.optional(z.partialRecord(z.enum(categories), z.object({ price: z.string(), tiers: z.optional(tiersSchema) }))),
      'Where usage of a category has another price for `per` units',
    ),
    isOutdated: described(
      z.optional(z.literal(true)),
      'The list price is as of more than 90 days ago (`basis.asOf`); one without a day is not judged. For operators alone',
    ),
  })
  .check(z.meta({ id: 'ModelPrice', description: 'Tokens and characters by the million, all else by the piece' }))

export const modelSchema = z
  .object({
    service: z.string(),
    alias: described(z.optional(z.string()), 'The name that was asked for: it is priced as `service`'),
    aliases: described(z.array(z.string()), 'Other names that are priced alike'),
    prices: described(z.array(priceSchema), 'In force; none: it is announced for later'),
    upcoming: described(
      z.array(z.object({ from: timeSchema, rateCard: z.int(), prices: z.array(priceSchema) })),
      'What it will cost: all of its prices from then on',
    ),
  })
  .check(z.meta({ id: 'Model' }))

const MILLION = '1000000'
const BY_THE_MILLION = /_tokens$|^characters$/

/**
 * @param view whether it says how the prices came about
 * @param asked the name in the request, if it has one
 */
export const modelShape = (
  { service, aliases, prices, upcoming }: Model,
  now: Instant,
  view: PriceView,
  asked: string = service,
): z.infer<typeof modelSchema> => ({
  service,
  alias: asked !== service ? asked : undefined,
  aliases: [...aliases],
  prices: prices.map((price) => priceShape(price, now, view)),
  upcoming: upcoming.map(({ from, rateCard, prices: next }) => ({
    from: instantText(from),
    rateCard,
    prices: next.map((price) => priceShape(price, now, view)),
  })),
})

function priceShape({ rate, byCategory }: ModelPrice, now: Instant, view: PriceView): z.infer<typeof priceSchema> {
  const others = [...byCategory].map(([category, other]) => {
    const { price, tiers } = asKnown(other)
    return [category, { price, tiers }] as const
  })
  const isWhole = view.kind === 'operator'
  return {
    ...(isWhole ? asKnown(rate) : withoutBasis(asKnown(rate))),
    byCategory: others.length > 0 ? Object.fromEntries(others) : undefined,
    isOutdated: isWhole && isOutdated(rate.basis, now) ? (true as const) : undefined,
  }
}

/** As people know it: per million tokens. What is sold in tiers or packages stays as it was published. */
export function asKnown(rate: Rate): Omit<PublishedRate, 'service' | 'currency' | 'account'> {
  const { service: _, currency: __, account: ___, ...said } = publishedRate(rate)
  const published = { ...said, ...(takesUnlisted(rate) && { unlistedVariant: 'base' as const }) }
  if (rate.perUnit === undefined || rate.tiers !== undefined) return published
  const per = BY_THE_MILLION.test(rate.meter) ? MILLION : '1'
  return { ...published, per, price: plain(rate.price.times(per).dividedBy(rate.per)) }
}
