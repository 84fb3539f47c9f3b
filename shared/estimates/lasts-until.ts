import type { Credits } from '../money/amounts.ts'
import { DAY_MS, type Instant } from '../time/instant.ts'

/** Longer is for ever, as far as an estimate goes. */
const LONGEST_DAYS = 3650

/** When a balance is used up at a month's pace (of thirty days); `undefined`: not in ten years. */
export function lastsUntil(balance: Credits, monthly: Credits, now: Instant): Instant | undefined {
  if (balance.lte(0)) return now
  if (monthly.lte(0)) return undefined
  const days = balance.times(30).dividedBy(monthly)
  return days.gt(LONGEST_DAYS) ? undefined : now + days.times(DAY_MS).floor().toNumber()
}
