import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { amountText, type Credits, rounded } from '../../money/amounts.ts'
import { Exact, plain } from '../../money/exact.ts'
import { type EstimateLine, mapRange, type Range } from '../../pricing/estimates/estimate.ts'
import { workloadSchema } from '../../pricing/estimates/workload.ts'
import type { EstimatedCosts } from '../../pricing/io/estimate-costs.ts'
import { DAY_MS, instantText } from '../../time/instant.ts'
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
const timesShape = (times: Range<Exact>) => mapRange(times, plain)

const NOTES = [
  'the cases differ in how often something is used, not in how large one use is',
  'every use is priced as one usage event, by the same rates as it would be charged by',
]

const WORKLOAD_NOTE = 'a month has the working days of the request, and 365/12 days in all'
const HISTORY_NOTE = 'the coming days are like the past ones, but for growth, which is in the factors'

const BALANCE_NOTES = [
  'the cost is spread evenly over the period, and goes on so',
  'nothing is granted, topped up or bought meanwhile',
]

/** The answer to every kind of estimate: what it comes to, what was assumed, and how long the balance lasts. */
export function estimatedShape({ account, at, card, period, factors, basis, estimate, balance }: EstimatedCosts) {
  const { total, categories: parts, lines, unpriced } = estimate
  const meant = (service: string) => card?.meant(service, account) ?? ''
  return {
    account,
    assumptions: {
      at: instantText(at),
      rateCard: card?.version,
      periodDays: rounded(new Exact(period).dividedBy(DAY_MS), 2),
      factors: timesShape(factors),
      ...(basis.kind === 'workload' ? { workload: basis.workload } : { history: historyShape(basis) }),
      notes: [
        basis.kind === 'workload' ? WORKLOAD_NOTE : HISTORY_NOTE,
        ...NOTES,
        ...(balance === undefined ? [] : BALANCE_NOTES),
      ],
    },
    total: costShape(total),
    isComplete: unpriced.length === 0,
    categories: [...parts].map(([category, cost]) => ({ category, cost: costShape(cost) })),
    lines: lines.map(lineShape),
    unpriced: unpriced.map(({ service, missing, times }) => ({
      ...missingShape(missing, service, meant),
      times: plain(times),
    })),
    balance: balance && balanceShape(balance),
  }
}

function lineShape({ category, service, variant, quantities, times, cost }: EstimateLine) {
  const pairs = variantPairs(variant)
  const each = quantities && Object.fromEntries([...quantities].map(([meter, quantity]) => [meter, plain(quantity)]))
  return {
    category,
    service,
    variant: pairs,
    quantities: each,
    times: timesShape(times),
    cost: costShape(cost),
  }
}

const historyShape = ({ history, from, to, growthPercent }: Extract<EstimatedCosts['basis'], { kind: 'history' }>) => ({
  from: instantText(from),
  to: instantText(to),
  growthPercent,
  charges: history.charges,
  first: history.first === undefined ? undefined : instantText(history.first),
  last: history.last === undefined ? undefined : instantText(history.last),
  charged: amountText(history.charged),
  replaced: history.replaced,
})

const balanceShape = ({ now, monthEnd, cases }: NonNullable<EstimatedCosts['balance']>) => ({
  now: amountText(now),
  monthEnd: instantText(monthEnd),
  cases: mapRange(cases, ({ lastsUntil, leftAtMonthEnd }) => ({
    lastsUntil: lastsUntil === undefined ? undefined : instantText(lastsUntil),
    leftAtMonthEnd: amountText(leftAtMonthEnd),
  })),
})
