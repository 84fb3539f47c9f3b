import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { amountText, type Credits } from '../../money/amounts.ts'
import { type Exact, plain } from '../../money/exact.ts'
import type { HistoryCosts, UnpricedUse } from '../../pricing/estimates/costs.ts'
import {
  type Estimate,
  type EstimateLine,
  mapRange,
  type Range,
  type Runway,
} from '../../pricing/estimates/estimate.ts'
import { workloadSchema } from '../../pricing/estimates/workload.ts'
import { type Instant, instantText } from '../../time/instant.ts'
import { categories } from '../../usage/meters.ts'
import { variantPairs } from '../../usage/variant.ts'
import { amountSchema } from '../fields/amount.ts'
import { timeSchema } from '../fields/time.ts'
import { missingFields, missingShape } from './missing-price.ts'

const rangeOf = <S extends z.ZodMiniType>(schema: S) => z.object({ low: schema, expected: schema, high: schema })

const timesSchema = rangeOf(z.string()).check(z.meta({ id: 'TimesRange' }))
const costSchema = rangeOf(amountSchema).check(z.meta({ id: 'AmountRange' }))

const historySchema = z.object({
  from: timeSchema,
  to: timeSchema,
  growthPercent: z.string(),
  charges: z.int(),
  first: described(
    z.optional(timeSchema),
    'The first use in that time: later than `from`, there was nothing before it',
  ),
  last: z.optional(timeSchema),
  charged: amountSchema,
  replaced: z.array(z.object({ service: z.string(), by: z.string(), charges: z.int() })),
})

const assumptionsSchema = z.object({
  at: described(timeSchema, 'The prices are those of this time'),
  rateCard: described(z.optional(z.int()), 'The version they stand in; absent: there is none for that time'),
  periodDays: described(z.string(), 'How long the period is that is estimated, rounded to two decimals'),
  factors: timesSchema,
  workload: described(z.optional(workloadSchema), 'With all that was not told'),
  history: z.optional(historySchema),
  notes: described(z.array(z.string()), 'The others, in words'),
})

const caseSchema = z.object({
  lastsUntil: described(z.optional(timeSchema), 'When the balance is used up; absent: not within 100 years'),
  leftAtMonthEnd: amountSchema,
})

const balanceSchema = rangeOf(caseSchema).check(
  z.meta({ description: 'What the balance comes to in each case; to a cent at the end of the calendar month' }),
)

export const estimateSchema = z
  .object({
    account: described(z.optional(z.string()), 'Whose prices and balance; absent: everybody’s prices'),
    assumptions: assumptionsSchema,
    total: costSchema,
    isComplete: described(z.boolean(), 'false: the sums are without what is listed under `unpriced`'),
    categories: z.array(z.object({ category: z.enum(categories), cost: costSchema })),
    lines: z.array(
      z.object({
        category: z.enum(categories),
        service: z.string(),
        variant: z.optional(z.record(z.string(), z.string())),
        quantities: described(z.optional(z.record(z.string(), z.string())), 'Of one use; absent: they differ'),
        times: timesSchema,
        cost: costSchema,
      }),
    ),
    unpriced: described(
      z.array(z.object({ ...missingFields, times: z.string() })),
      'Uses that no price is published for, and so no cost is known of',
    ),
    balance: z.optional(z.object({ now: amountSchema, monthEnd: timeSchema, cases: balanceSchema })),
  })
  .check(z.meta({ id: 'Estimate', description: 'Exact for what is assumed' }))

const costShape = (cost: Range<Credits>) => mapRange(cost, amountText)
export const timesShape = (times: Range<Exact>) => mapRange(times, plain)

/** @param meant what may be meant by a service that no rate names: `; did you mean …?` */
export function estimateShape(
  { total, categories: parts, lines, unpriced }: Estimate,
  meant: (service: string) => string,
) {
  return {
    total: costShape(total),
    isComplete: unpriced.length === 0,
    categories: [...parts].map(([category, cost]) => ({ category, cost: costShape(cost) })),
    lines: lines.map(lineShape),
    unpriced: unpriced.map((use) => unpricedShape(use, meant)),
  }
}

const unpricedShape = ({ service, missing, times }: UnpricedUse, meant: (service: string) => string) => ({
  ...missingShape(missing, service, meant),
  times: plain(times),
})

function lineShape({ category, service, variant, quantities, times, cost }: EstimateLine) {
  const pairs = variantPairs(variant)
  const each = quantities && Object.fromEntries([...quantities].map(([meter, quantity]) => [meter, plain(quantity)]))
  return {
    category,
    service,
    ...(pairs && { variant: pairs }),
    ...(each && { quantities: each }),
    times: timesShape(times),
    cost: costShape(cost),
  }
}

export const historyShape = (
  { charges, charged, first, last, replaced }: HistoryCosts,
  { from, to, growthPercent }: { readonly from: Instant; readonly to: Instant; readonly growthPercent: string },
) => ({
  from: instantText(from),
  to: instantText(to),
  growthPercent,
  charges,
  ...(first !== undefined && { first: instantText(first) }),
  ...(last !== undefined && { last: instantText(last) }),
  charged: amountText(charged),
  replaced,
})

export const balanceShape = (now: Credits, monthEnd: Instant, cases: Range<Runway>) => ({
  now: amountText(now),
  monthEnd: instantText(monthEnd),
  cases: mapRange(cases, ({ lastsUntil, leftAtMonthEnd }) => ({
    ...(lastsUntil !== undefined && { lastsUntil: instantText(lastsUntil) }),
    leftAtMonthEnd: amountText(leftAtMonthEnd),
  })),
})
