import type { Exact } from '../money/exact.ts'
import type { Usage } from '../rates/price-charge.ts'

/** What people do: one kind of usage, and how often. */
export interface Activity {
  readonly name: string
  /** One event of it: priced as such an event would be. */
  readonly usage: Pick<Usage, 'category' | 'service' | 'variant' | 'quantities'>
  /** Events a person and working day; need not be whole. */
  readonly perPersonAndDay: Exact
}

/** A month's work, described. */
export interface Workload {
  readonly people: Exact
  /** Working days a month. */
  readonly days: Exact
  readonly activities: readonly Activity[]
}

/** How far it may be off: factors on the number of events. */
export interface Spread {
  readonly low: Exact
  readonly high: Exact
}
