import type { Credits } from '../../money/amounts.ts'
import { Exact } from '../../money/exact.ts'
import { DAY_MS, type Instant } from '../../time/instant.ts'

/** A stretch of time, and where in it we are. */
export interface Course {
  readonly from: Instant
  readonly to: Instant
  readonly now: Instant
}

/** Of a credit: what is shown of a guess. */
const DECIMALS = 2

/**
 * What will have been spent at the end, if it goes on as it went: spent × whole length / length so far, in real hours, so that a
 * day of 23 or 25 is what it is. Rounded: it is a guess, and nothing is charged by it.
 *
 * @returns `undefined` on the first day: an hour's usage times seven hundred says nothing
 */
export function projected(spent: Credits, { from, to, now }: Course): Credits | undefined {
  const passed = Math.min(now, to) - from
  if (passed < DAY_MS) return undefined
  return spent
    .times(to - from)
    .dividedBy(passed)
    .toDecimalPlaces(DECIMALS, Exact.ROUND_HALF_UP) as Credits
}
