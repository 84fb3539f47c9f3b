import { type Credits, noCredits, plus } from '../money/amounts.ts'
import type { Window } from '../time/window.ts'
import type { Category } from '../usage/meters.ts'
import { counts, isWithin, type Selector, spentIn } from './selector.ts'
import { addWithRoom, type MutableSpend, rowKey } from './spend.ts'

/** What one spender spent in one month, kept with the sums that limits have asked for. */
export interface SpendSums {
  readonly month: string
  readonly spend: MutableSpend
  readonly sums: Map<string, { readonly selector: Selector; readonly window: Window; spent: Credits }>
  /** Another one with every amount that comes. */
  mark: object
}

export const spendSums = (month: string, spend: MutableSpend): SpendSums => ({
  month,
  spend,
  sums: new Map(),
  mark: {},
})

/** What a limit counts of it; added up once, and kept right by `addToSums`. */
function sumOfWindow({ month, spend, sums }: SpendSums, selector: Selector, window: Window): Credits {
  const key = `${selector.category ?? ''} ${window.key} ${selector.service ?? ''}`
  const known = sums.get(key) ?? { selector, window, spent: spentIn(spend, month, selector, window) }
  sums.set(key, known)
  return known.spent
}

/** A charge, or what a re-rating changes of one. */
export interface Spent {
  readonly category: Category
  readonly service: string
  /** `2026-11-24`, where the account is. */
  readonly day: string
  readonly credits: Credits
}

export function addToSums(to: SpendSums, spent: Spent, room: number): void {
  const { spend, sums } = to
  to.mark = {}
  addWithRoom(spend, spent, spent.day.slice(-2), spent.credits, room)
  // Counted among others, it is meant by more limits than its own name says: added up again.
  if (!spend.has(rowKey(spent.category, spent.service))) {
    sums.clear()
    return
  }
  for (const sum of sums.values()) {
    if (counts(sum.selector, spent) && isWithin(spent.day, sum.window)) sum.spent = plus(sum.spent, spent.credits)
  }
}

/** What several months have of a window. */
export function spentOver(months: readonly SpendSums[], selector: Selector, window: Window): Credits {
  return months.reduce((sum, month) => plus(sum, sumOfWindow(month, selector, window)), noCredits)
}
