import { type Credits, credits, noCredits, plus } from '../money/amounts.ts'
import type { Window } from '../time/window.ts'
import type { Category } from '../usage/meters.ts'
import type { Spend } from './spend.ts'
import { OTHERS } from './tally.ts'

/** The spender: a user, a group or the account. */
export type SpendScope =
  | { readonly of: 'user'; readonly user: string }
  | { readonly of: 'group'; readonly group: string }
  | { readonly of: 'account' }

/** The usage that a limit counts. */
export interface Selector {
  /** `undefined`: every category. */
  readonly category: Category | undefined
  /** A service, or all of a vendor (`openai/*`); `undefined`: every service. */
  readonly service: string | undefined
}

/** What a limit counts: the spend of a spender, of some usage, in a window. */
export interface Counted {
  readonly scope: SpendScope
  readonly selector: Selector
  readonly window: Window
}

/** One use, by the fields that limits look at. `undefined`: not given, or unknown. */
export interface Use {
  readonly category: Category | undefined
  readonly service: string | undefined
}

/**
 * Whether a limit counts a use.
 *
 * Spend under `OTHERS` counts in every limit that it may belong to: no account can pass a limit by
 * inventing too many names.
 */
export const counts = (selector: Selector, { category, service }: Use): boolean =>
  (selector.category === undefined || selector.category === category) &&
  (selector.service === undefined || (service !== undefined && (service === OTHERS || isOf(selector.service, service))))

const isOf = (selector: string, service: string): boolean =>
  selector.endsWith('/*') ? service.startsWith(selector.slice(0, -1)) : service === selector

/** The part of one month's spend that counts: only on days of the window. */
export function spentIn(spend: Spend, month: string, selector: Selector, window: Window): Credits {
  const days = daysOfMonth(month, window)
  let spent = noCredits
  for (const row of spend.values()) {
    if (!counts(selector, row)) continue
    for (const [day, digits] of row.days) if (days.from <= day && day < days.to) spent = plus(spent, credits(digits))
  }
  return spent
}

/** The part of a window that lies in a month, by day of it: from `01`, before `32`. */
function daysOfMonth(month: string, { from, to }: Window): Pick<Window, 'from' | 'to'> {
  const dayOf = (bound: string): string =>
    bound <= `${month}-01` ? '01' : bound > `${month}-31` ? '32' : bound.slice(-2)
  return { from: dayOf(from), to: dayOf(to) }
}

/** Whether a day lies in a window: from its first day, before its last. */
export const isWithin = (day: string, { from, to }: Window): boolean => from <= day && day < to

/** The months that a window has days of: `2026-11`. */
export function monthsOf({ from, to }: Window): readonly string[] {
  const months = [from.slice(0, -3)]
  for (let month = next(from.slice(0, -3)); `${month}-01` < to; month = next(month)) months.push(month)
  return months
}

function next(month: string): string {
  const [year = '', number = ''] = month.split('-')
  return number === '12' ? `${Number(year) + 1}-01` : `${year}-${String(Number(number) + 1).padStart(2, '0')}`
}
