import * as z from 'zod/mini'
import { plain } from '../../../shared/money/exact.ts'
import type { Model } from '../../../shared/rates/models.ts'
import { publishedRate, type Rate, rateSchema } from '../../../shared/rates/rate.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { described } from './described.ts'
import { timeSchema } from './time.ts'

const priceSchema = z
  .object({
    ...z.pick(rateSchema, {
      meter: true,
      variant: true,
      per: true,
      tiers: true,
      tiersBy: true,
      rounding: true,
      basis: true,
    }).shape,
    price: described(z.string(), 'Euros for `per` units; of the first ones, where there are tiers'),
  })
  .check(z.meta({ id: 'ModelPrice', description: 'Tokens and characters by the million, all else by the piece' }))

export const modelSchema = z
  .object({
    service: z.string(),
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

export const modelShape = ({ service, aliases, rates, upcoming }: Model): z.infer<typeof modelSchema> => ({
  service,
  aliases: [...aliases],
  prices: rates.map(priceShape),
  upcoming: upcoming.map(({ from, rateCard, rates: next }) => ({
    from: instantText(from),
    rateCard,
    prices: next.map(priceShape),
  })),
})

/** As people know it: per million tokens. What is sold in tiers or packages stays as it was published. */
function priceShape(rate: Rate): z.infer<typeof priceSchema> {
  const { service: _, currency: __, ...published } = publishedRate(rate)
  if (rate.perUnit === undefined || rate.tiers !== undefined) return published
  const per = BY_THE_MILLION.test(rate.meter) ? MILLION : '1'
  return { ...published, per, price: plain(rate.price.times(per).dividedBy(rate.per)) }
}
