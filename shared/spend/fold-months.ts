import type { ChargeEntry } from '../ledger/entries/charge.ts'
import { type Entry, effectOf } from '../ledger/entries/entries.ts'
import type { Page } from '../ledger/page/page.ts'
import { type Credits, minus, noCredits, plus } from '../money/amounts.ts'
import { type DayOf, splitDay } from '../time/day.ts'
import { type MonthTotals, noTotals } from './month-totals.ts'
import { poolsOf } from './pool.ts'
import { addSpent, type MutableSpend, type Spends } from './spend.ts'
import { addTally, type Tally, UNNAMED } from './tally.ts'

/** The amounts that some pages add to one month. */
export interface MonthChange {
  readonly totals: MonthTotals
  readonly users: Spends
  /** By `poolName`. */
  readonly pools: Spends
}

/**
 * The amounts that pages add to each month they touch.
 *
 * The fold of some pages, merged with that of the pages after them, is the fold of all: a snapshot goes on from its page in steps
 * of any size.
 */
export function foldMonths(pages: readonly Page[], dayOf: DayOf): ReadonlyMap<string, MonthChange> {
  const months = new Map<string, MonthSums>()
  const monthOf = (month: string): MonthSums => {
    const sums = months.get(month) ?? new MonthSums()
    months.set(month, sums)
    return sums
  }
  for (const { entries } of pages) {
    for (const entry of entries) {
      const { month, day } = splitDay(dayOf(entry.kind === 'charge' ? entry.time : entry.at))
      const sums = monthOf(month)
      sums.addEntry(entry)
      if (entry.kind === 'charge') sums.addSpend(entry, day, { credits: entry.credits, count: 1 })
      if (entry.kind !== 'rerating') continue
      const charge = splitDay(dayOf(entry.time))
      monthOf(charge.month).addSpend(entry, charge.day, { credits: minus(noCredits, entry.credits), count: 0 })
    }
  }
  return new Map([...months].map(([month, sums]) => [month, sums.change()]))
}

/** The sums of one month while pages are folded. */
class MonthSums {
  #credited: Credits = noCredits
  #charged: Credits = noCredits
  #entries = 0
  readonly #groups = new Map<string, Tally>()
  readonly #services = new Map<string, Tally>()
  readonly #categories = new Map<string, Tally>()
  readonly #days = new Map<string, Tally>()
  readonly #users = new Map<string, MutableSpend>()
  readonly #pools = new Map<string, MutableSpend>()

  addEntry(entry: Entry): void {
    const { credited, charged } = effectOf(entry)
    this.#entries += 1
    if (credited !== undefined) this.#credited = plus(this.#credited, credited)
    if (charged !== undefined) this.#charged = plus(this.#charged, charged)
  }

  /** Adds a charge, or the change that a re-rating makes to a charge, on the day of the charge. */
  addSpend(usage: Pick<ChargeEntry, 'group' | 'service' | 'category' | 'user'>, day: string, tally: Tally): void {
    addTally(this.#groups, usage.group ?? UNNAMED, tally)
    addTally(this.#services, usage.service, tally)
    addTally(this.#categories, usage.category, tally)
    addTally(this.#days, day, tally)
    addSpent(spendOf(this.#users, usage.user), usage, day, tally.credits)
    for (const pool of poolsOf(usage)) addSpent(spendOf(this.#pools, pool), usage, day, tally.credits)
  }

  change(): MonthChange {
    const totals: MonthTotals = {
      ...noTotals,
      credited: this.#credited,
      charged: this.#charged,
      entries: this.#entries,
      groups: this.#groups,
      services: this.#services,
      categories: this.#categories,
      days: this.#days,
    }
    return { totals, users: this.#users, pools: this.#pools }
  }
}

function spendOf(spends: Map<string, MutableSpend>, name: string): MutableSpend {
  const spend: MutableSpend = spends.get(name) ?? new Map()
  spends.set(name, spend)
  return spend
}
