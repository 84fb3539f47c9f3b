import type { Credits } from '../../money/amounts.ts'
import { Exact, plain } from '../../money/exact.ts'

const WHOLE = 100

/**
 * How much of a limit is spent, in percent, for the eye: cut to a tenth, so that nothing shows 80 before it has reached it.
 *
 * A limit of nothing is at 100 as soon as something was spent.
 */
export function shareOf(spent: Credits, limit: Credits): string {
  if (limit.isZero()) return spent.gt(0) ? String(WHOLE) : '0'
  return plain(spent.times(WHOLE).dividedBy(limit).toDecimalPlaces(1, Exact.ROUND_DOWN))
}

/** Whether something was spent, and that much of a limit: exactly, not by the share that is shown. */
export const hasReached = (spent: Credits, limit: Credits, percent: number): boolean =>
  spent.gt(0) && spent.times(WHOLE).gte(limit.times(percent))

/** How much of a limit is spent, in whole percent, cut off: `n` or more exactly when `hasReached` says so of `n`, from 1 on. */
export function wholePercent(spent: Credits, limit: Credits): number {
  if (!spent.gt(0)) return 0
  return limit.isZero() ? Number.POSITIVE_INFINITY : spent.times(WHOLE).dividedToIntegerBy(limit).toNumber()
}
