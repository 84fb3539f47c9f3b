import { type Credits, minus, rounded, credits as textCredits } from '../../money/amounts.ts'
import { Exact } from '../../money/exact.ts'
import { DAY_MS, type Instant } from '../../time/instant.ts'

/** A twelfth of 365 days: 30 days and 10 hours. */
export const MONTH_MS = (365 * DAY_MS) / 12

const LONGEST_MS = 100 * 365 * DAY_MS

/** What a balance comes to at a pace. */
export interface Runway {
  /** When it is used up, to the millisecond; `undefined`: not within 100 years. */
  readonly lastsUntil: Instant | undefined
  /** Rounded to a whole cent: the rest of a month is no even part of the period. Below 0: so much is missing. */
  readonly leftAtMonthEnd: Credits
}

/**
 * How long a balance lasts when `cost` is spent every `period` milliseconds, evenly by night and day.
 *
 * Nothing is topped up or granted meanwhile.
 */
export function runwayOf(
  balance: Credits,
  pace: { readonly cost: Credits; readonly period: number },
  { now, monthEnd }: { readonly now: Instant; readonly monthEnd: Instant },
): Runway {
  const used = pace.cost.times(monthEnd - now).dividedBy(pace.period) as Credits
  const leftAtMonthEnd = textCredits(rounded(minus(balance, used), 0))
  if (balance.lte(0)) return { lastsUntil: now, leftAtMonthEnd }
  if (pace.cost.isZero()) return { lastsUntil: undefined, leftAtMonthEnd }
  const lasts = new Exact(balance).times(pace.period).dividedBy(pace.cost).floor()
  return { lastsUntil: lasts.gt(LONGEST_MS) ? undefined : now + lasts.toNumber(), leftAtMonthEnd }
}
