import { type Credits, credits, noCredits, plus } from '../money/amounts.ts'
import { plain } from '../money/exact.ts'
import { bitsOf, FIRST_GENERATION } from './chunks.ts'
import { mergeTallies, readTallyRows, type Tallies, tallyRows } from './tally.ts'

/**
 * One month of an account, by its own days: a pure function of the log up to a page (account-log, "Folds").
 *
 * A charge belongs to the month of its event's time, a grant to that of its request; what comes late changes an old
 * month. Lifetime sums stand in every page's header.
 *
 * A re-rating is credited in the month of its request, like every decision. The spend by group, service, category and
 * day changes where its charge stands. `charged` never changes by it.
 */
export interface MonthTotals {
  readonly credited: Credits
  readonly charged: Credits
  readonly entries: number
  /** The generation of the month's user chunks; readers start here. */
  readonly generation: number
  readonly groups: Tallies
  readonly services: Tallies
  readonly categories: Tallies
  /** By day of the month, `01` to `31`. */
  readonly days: Tallies
}

export const noTotals: MonthTotals = {
  credited: noCredits,
  charged: noCredits,
  entries: 0,
  generation: FIRST_GENERATION,
  groups: new Map(),
  services: new Map(),
  categories: new Map(),
  days: new Map(),
}

/** Bytes of an item's 400 KB for names that the account chose: enough for thousands of typical ones. */
const GROUPS_ROOM_BYTES = 160 * 1024
const SERVICES_ROOM_BYTES = 80 * 1024

/** @param more of the pages after those in `stored` */
export function mergeTotals(stored: MonthTotals, more: MonthTotals): MonthTotals {
  return {
    credited: plus(stored.credited, more.credited),
    charged: plus(stored.charged, more.charged),
    entries: stored.entries + more.entries,
    generation: stored.generation,
    groups: mergeTallies(stored.groups, more.groups, GROUPS_ROOM_BYTES),
    services: mergeTallies(stored.services, more.services, SERVICES_ROOM_BYTES),
    categories: mergeTallies(stored.categories, more.categories, Number.POSITIVE_INFINITY),
    days: mergeTallies(stored.days, more.days, Number.POSITIVE_INFINITY),
  }
}

type TotalsText = ReturnType<typeof toText>

const toText = (totals: MonthTotals) => ({
  generation: totals.generation,
  bits: bitsOf(totals.generation),
  entries: totals.entries,
  credited: plain(totals.credited),
  charged: plain(totals.charged),
  groups: tallyRows(totals.groups),
  services: tallyRows(totals.services),
  categories: tallyRows(totals.categories),
  days: tallyRows(totals.days),
})

/** Canonical JSON: the same log gives the same bytes, folded at any time and in any number of steps. */
export const totalsText = (totals: MonthTotals): string => JSON.stringify(toText(totals))

/** Reads what `totalsText` wrote. */
export function readTotals(text: string): MonthTotals {
  const totals = JSON.parse(text) as TotalsText
  return {
    credited: credits(totals.credited),
    charged: credits(totals.charged),
    entries: totals.entries,
    generation: totals.generation,
    groups: readTallyRows(totals.groups),
    services: readTallyRows(totals.services),
    categories: readTallyRows(totals.categories),
    days: readTallyRows(totals.days),
  }
}
