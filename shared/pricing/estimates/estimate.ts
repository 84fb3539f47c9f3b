import { type Credits, minus, noCredits, plus, rounded, sumOf, credits as textCredits } from '../../money/amounts.ts'
import { Exact } from '../../money/exact.ts'
import { DAY_MS, type Instant } from '../../time/instant.ts'
import type { Category } from '../../usage/meters.ts'
import type { CostLine, Costs, UnpricedUse } from './costs.ts'

/** The three cases of an estimate. */
export interface Range<T> {
  readonly low: T
  readonly expected: T
  readonly high: T
}

/** The factor of the number of uses, in each case. */
export type Factors = Range<Exact>

/** A judgement, not a measurement; a request may say other factors. */
export const usualFactors: Range<string> = { low: '0.7', expected: '1', high: '1.5' }

export const mapRange = <A, B>({ low, expected, high }: Range<A>, make: (value: A) => B): Range<B> => ({
  low: make(low),
  expected: make(expected),
  high: make(high),
})

export const isInOrder = ({ low, expected, high }: Factors): boolean => low.lte(expected) && expected.lte(high)

/** A kind of use, in the three cases. */
export interface EstimateLine extends Omit<CostLine, 'times' | 'credits'> {
  readonly times: Range<Exact>
  readonly cost: Range<Credits>
}

/** The cost of a period; exact, under its assumptions. */
export interface Estimate {
  /** Without parts that have no price. */
  readonly total: Range<Credits>
  readonly categories: ReadonlyMap<Category, Range<Credits>>
  readonly lines: readonly EstimateLine[]
  readonly unpriced: readonly UnpricedUse[]
}

/** Low, expected and high: more or fewer uses, each of them as large as before. */
export function estimateOf({ lines, unpriced }: Costs, factors: Factors): Estimate {
  const scaled = (amount: Credits): Range<Credits> => mapRange(factors, (factor) => amount.times(factor) as Credits)
  const categories = new Map<Category, Credits>()
  for (const { category, credits } of lines)
    categories.set(category, plus(categories.get(category) ?? noCredits, credits))
  return {
    total: scaled(sumOf(lines.map(({ credits }) => credits))),
    categories: new Map([...categories].map(([category, credits]) => [category, scaled(credits)])),
    lines: lines.map(({ times, credits, ...line }) => ({
      ...line,
      times: mapRange(factors, (factor) => times.times(factor)),
      cost: scaled(credits),
    })),
    unpriced,
  }
}

/** A twelfth of 365 days: 30 days and 10 hours. */
export const MONTH_MS = (365 * DAY_MS) / 12

const LONGEST_MS = 100 * 365 * DAY_MS

/** How long a balance lasts at a pace. */
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
