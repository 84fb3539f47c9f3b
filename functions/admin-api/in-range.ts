import { Problem } from '../../shared/errors/problems.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { type Credits, minus, plus } from '../../shared/money/amounts.ts'
import { plain } from '../../shared/money/exact.ts'
import { isWithinRange, LARGEST_CREDITS } from '../../shared/money/limits.ts'

/** Why a log can not take more credits after its head; `undefined`: it can. */
export function rangeRefusal({ header }: Page, more: Credits): Problem | undefined {
  const { account, totalCredited, totalCharged } = header
  const credited = plus(totalCredited, more)
  if (isWithinRange(credited) && isWithinRange(minus(credited, totalCharged))) return undefined
  const detail = `the credits of ${account} would pass ${plain(LARGEST_CREDITS)} in all; send a smaller amount`
  return new Problem('balance.out-of-range', detail)
}
