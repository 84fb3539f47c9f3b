import type { ChargeEntry } from '../ledger/entries/charge.ts'
import { type Entry, effectOf } from '../ledger/entries/entries.ts'
import type { Page } from '../ledger/page/page.ts'
import { type Credits, minus, noCredits, plus } from '../money/amounts.ts'
import { type DayOf, splitDay } from '../time/day.ts'
import { type MonthTotals, noTotals } from './month-totals.ts'
import { poolName } from './pool.ts'
import { addSpent, type MutableSpend, type Spends } from './spend.ts'
import { addTally, type Tally, UNNAMED } from './tally.ts'

/** What some pages add to one month. */
export interface MonthChange {
  readonly totals: MonthTotals
  readonly users: Spends
  /** By `poolName`. */
  readonly pools: Spends
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
      const sums = monthOf(months, month)
      addEntry(sums, entry)
      if (entry.kind === 'charge') addSpend(sums, entry, day, { credits: entry.credits, count: 1 })
      if (entry.kind !== 'rerating') continue
      const charge = splitDay(dayOf(entry.time))
      addSpend(monthOf(months, charge.month), entry, charge.day, { credits: minus(noCredits, entry.credits), count: 0 })
    }
  }
  return new Map(
    [...months].map(([month, { users, pools, ...totals }]) => [
      month,
      { totals: { ...noTotals, ...totals }, users, pools },
    ]),
  )
}

function monthOf(months: Map<string, MonthSums>, month: string): MonthSums {
  const known = months.get(month)
  if (known !== undefined) return known
  const sums = newSums()
  months.set(month, sums)
  return sums
}

interface MonthSums {
  credited: Credits
  charged: Credits
  entries: number
  readonly groups: Map<string, Tally>
  readonly services: Map<string, Tally>
  readonly categories: Map<string, Tally>
  readonly days: Map<string, Tally>
  readonly users: Map<string, MutableSpend>
  readonly pools: Map<string, MutableSpend>
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
  pools: new Map(),
})

function addEntry(sums: MonthSums, entry: Entry): void {
  const { credited, charged } = effectOf(entry)
  sums.entries += 1
  if (credited !== undefined) sums.credited = plus(sums.credited, credited)
  if (charged !== undefined) sums.charged = plus(sums.charged, charged)
}

/** A charge, or what a re-rating changes of one: where the charge stands. */
function addSpend(
  sums: MonthSums,
  usage: Pick<ChargeEntry, 'group' | 'service' | 'category' | 'user'>,
  day: string,
  tally: Tally,
): void {
  const { group, service, category, user } = usage
  addTally(sums.groups, group ?? UNNAMED, tally)
  addTally(sums.services, service, tally)
  addTally(sums.categories, category, tally)
  addTally(sums.days, day, tally)

  addSpent(spendOf(sums.users, user), usage, day, tally.credits)
  addSpent(spendOf(sums.pools, poolName({ kind: 'account' })), usage, day, tally.credits)
  if (group !== undefined) addSpent(spendOf(sums.pools, poolName({ kind: 'group', group })), usage, day, tally.credits)
}

function spendOf(spends: Map<string, MutableSpend>, name: string): MutableSpend {
  const spend: MutableSpend = spends.get(name) ?? new Map()
  spends.set(name, spend)
  return spend
}
