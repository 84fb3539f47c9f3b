import { type Credits, noCredits, plus } from '../money/amounts.ts'
import type { Exact } from '../money/exact.ts'
import { priceByCard, type Usage } from '../rates/price-charge.ts'
import type { RateCard } from '../rates/rate-card.ts'
import type { Category, Meter } from '../usage/meters.ts'
import type { Activity, Spread, Workload } from './workload.ts'

/** A month's cost, in credits, exact. */
export interface Range {
  readonly low: Credits
  readonly expected: Credits
  readonly high: Credits
}

export interface EstimatedActivity {
  readonly activity: Activity
  /** Events a month. */
  readonly events: Exact
  /** What one event would be charged; `undefined`: it has no price. */
  readonly each: Credits | undefined
  readonly cost: Range
}

export interface Estimate {
  readonly activities: readonly EstimatedActivity[]
  readonly byCategory: ReadonlyMap<Category, Range>
  /** Without what has no price. */
  readonly total: Range
  readonly unpriced: readonly { readonly service: string; readonly meter: Meter }[]
}

const nothing: Range = { low: noCredits, expected: noCredits, high: noCredits }

/**
 * What a described month would cost: each event at what it would be charged, by the same function, times how often it
 * happens. Exact: rounding is for whoever shows it.
 *
 * @param account whose prices; nobody's own where it is no account's
 */
export function estimateWorkload(
  { people, days, activities }: Workload,
  spread: Spread,
  card: RateCard,
  account: string,
): Estimate {
  const unpriced: { service: string; meter: Meter }[] = []
  const byCategory = new Map<Category, Range>()
  let total = nothing
  const estimated = activities.map((activity): EstimatedActivity => {
    const usage: Omit<Usage, 'time'> = { ...activity.usage, account }
    const priced = priceByCard(usage, card)
    const events = people.times(days).times(activity.perPersonAndDay)
    if (priced.kind !== 'priced') {
      // More than one event may cost is as little a price as none.
      const missing = priced.kind === 'unpriced' ? priced.missing : [...usage.quantities.keys()]
      unpriced.push(...missing.map((meter) => ({ service: usage.service, meter })))
    }
    const each = priced.kind === 'priced' ? priced.total : undefined
    const cost = rangeOf((each ?? noCredits).times(events) as Credits, spread)
    byCategory.set(usage.category, addRanges(byCategory.get(usage.category) ?? nothing, cost))
    total = addRanges(total, cost)
    return { activity, events, each, cost }
  })
  return { activities: estimated, byCategory, total, unpriced }
}

export const rangeOf = (expected: Credits, { low, high }: Spread): Range => ({
  low: expected.times(low) as Credits,
  expected,
  high: expected.times(high) as Credits,
})

const addRanges = (a: Range, b: Range): Range => ({
  low: plus(a.low, b.low),
  expected: plus(a.expected, b.expected),
  high: plus(a.high, b.high),
})
