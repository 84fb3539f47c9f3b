import { type Entry, effectOf } from '../account-log/entry.ts'
import type { Page } from '../account-log/page.ts'
import { type Credits, noCredits, plus } from '../money/amounts.ts'
import { type DayOf, splitDay } from './day.ts'
import { type MonthTotals, noTotals } from './month-totals.ts'
import { addTally, type Tally, UNNAMED } from './tally.ts'
import { addAmount, type Spends } from './user-spend.ts'

/** What some pages add to one month. */
export interface MonthChange {
  readonly totals: MonthTotals
  readonly users: Spends
}

/**
 * What pages add to each month they touch.
 *
 * A fold of some pages merged with that of the pages after them is the fold of all: a snapshot goes on from where it
 * stands, in steps of any size.
 */
export function foldPages(pages: readonly Page[], dayOf: DayOf): ReadonlyMap<string, MonthChange> {
  const months = new Map<string, MonthSums>()
  for (const page of pages) {
    for (const entry of page.entries) {
      const { month, day } = splitDay(dayOf(entry.kind === 'charge' ? entry.time : entry.at))
      let sums = months.get(month)
      if (sums === undefined) {
        sums = newSums()
        months.set(month, sums)
      }
      addEntry(sums, entry, day)
    }
  }
  return new Map(
    [...months].map(([month, { users, ...totals }]) => [month, { totals: { ...noTotals, ...totals }, users }]),
  )
}

interface MonthSums {
  credited: Credits
  charged: Credits
  entries: number
  readonly groups: Map<string, Tally>
  readonly services: Map<string, Tally>
  readonly categories: Map<string, Tally>
  readonly days: Map<string, Tally>
  readonly users: Map<string, { readonly categories: Map<string, Credits>; readonly days: Map<string, Credits> }>
}

const newSums = (): MonthSums => ({
  credited: noCredits,
  charged: noCredits,
  entries: 0,
  groups: new Map(),
  services: new Map(),
  categories: new Map(),
  days: new Map(),
  users: new Map(),
})

function addEntry(sums: MonthSums, entry: Entry, day: string): void {
  const { credited, charged } = effectOf(entry)
  sums.entries += 1
  if (credited !== undefined) sums.credited = plus(sums.credited, credited)
  if (charged !== undefined) sums.charged = plus(sums.charged, charged)
  if (entry.kind !== 'charge') return

  const tally: Tally = { credits: entry.credits, count: 1 }
  addTally(sums.groups, entry.group ?? UNNAMED, tally)
  addTally(sums.services, entry.service, tally)
  addTally(sums.categories, entry.category, tally)
  addTally(sums.days, day, tally)

  const user = sums.users.get(entry.user) ?? { categories: new Map(), days: new Map() }
  sums.users.set(entry.user, user)
  addAmount(user.categories, entry.category, entry.credits)
  addAmount(user.days, day, entry.credits)
}
