import { Problem } from '../errors/problems.ts'
import { type Credits, minus, plus } from '../money/amounts.ts'
import { plain } from '../money/exact.ts'
import { isWithinRange, LARGEST_CREDITS } from '../money/limits.ts'
import type { Page } from './page/page.ts'

/** Why a log can not take more credits after its head; `undefined`: it can. */
export function rangeRefusal({ header }: Page, more: Credits): Problem | undefined {
  const { account, totalCredited, totalCharged } = header
  const credited = plus(totalCredited, more)
  if (isWithinRange(credited) && isWithinRange(minus(credited, totalCharged))) return undefined
  const detail = `the credits of ${account} would pass ${plain(LARGEST_CREDITS)} in all; send a smaller amount`
  return new Problem('balance.out-of-range', detail)
}
