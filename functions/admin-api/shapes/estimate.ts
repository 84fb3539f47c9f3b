import * as z from 'zod/mini'
import type { Estimate, Range } from '../../../shared/estimates/estimate.ts'
import type { Credits } from '../../../shared/money/amounts.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { categories, meters } from '../../../shared/usage/meters.ts'
import { amountSchema } from './amount.ts'
import { described } from './described.ts'
import { timeSchema } from './time.ts'

const rangeSchema = z
  .object({ low: amountSchema, expected: amountSchema, high: amountSchema })
  .check(z.meta({ id: 'EstimateRange' }))

const activitySchema = z.object({
  name: z.string(),
  service: z.string(),
  category: z.enum(categories),
  events: described(z.string(), 'A month'),
  each: z.optional(amountSchema),
  month: rangeSchema,
})

export const lastsUntilSchema = described(
  z.object({ low: z.optional(timeSchema), expected: z.optional(timeSchema), high: z.optional(timeSchema) }),
  'When the balance is used up at each pace; absent: not in ten years',
)

export const estimateFields = {
  rateCard: described(z.int(), 'The version that prices it'),
  month: rangeSchema,
  byCategory: z.partialRecord(z.enum(categories), rangeSchema),
  unpriced: described(
    z.array(z.object({ service: z.string(), meter: z.enum(meters) })),
    'What has no price: it is in no sum, and would be parked',
  ),
  assumptions: z.array(z.string()),
}

export const workloadEstimateSchema = z
  .object({ ...estimateFields, activities: z.array(activitySchema) })
  .check(z.meta({ id: 'WorkloadEstimate' }))

/** Endless digits of a pace are no news: shown to six decimals of a credit. */
const SHOWN_DECIMALS = 6

export const rangeShape = ({ low, expected, high }: Range): z.infer<typeof rangeSchema> => ({
  low: shown(low),
  expected: shown(expected),
  high: shown(high),
})

const shown = (amount: Credits) => amountText(amount.toDecimalPlaces(SHOWN_DECIMALS) as Credits)

export const workloadEstimateShape = (
  { activities, byCategory, total, unpriced }: Estimate,
  rateCard: number,
  assumptions: readonly string[],
): z.infer<typeof workloadEstimateSchema> => ({
  rateCard,
  month: rangeShape(total),
  byCategory: Object.fromEntries([...byCategory].map(([category, range]) => [category, rangeShape(range)])),
  unpriced: [...unpriced],
  assumptions: [...assumptions],
  activities: activities.map(({ activity: { name, usage }, events, each, cost }) => ({
    ...{ name, service: usage.service, category: usage.category, events: plain(events) },
    ...(each && { each: amountText(each) }),
    month: rangeShape(cost),
  })),
})
