import { type Credits, noCredits, plus, sumOf } from '../../money/amounts.ts'
import type { Exact } from '../../money/exact.ts'
import type { Category } from '../../usage/meters.ts'
import type { CostLine, Costs, UnpricedUse } from './costs.ts'
import { type Factors, mapRange, type Range } from './range.ts'

/** A kind of use, in the three cases. */
export interface EstimateLine extends Omit<CostLine, 'times' | 'credits'> {
  readonly times: Range<Exact>
  readonly cost: Range<Credits>
}

/** What a period will cost; exact, of what is assumed. */
export interface Estimate {
  /** Without what has no price. */
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
