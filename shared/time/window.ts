import { Temporal } from 'temporal-polyfill'

/**
 * How long a limit counts before it begins anew. `cycle`: from one billing day of the month to the next; in a month that has no such
 * day, the last one stands for it.
 */
export type WindowKind =
  | { readonly kind: 'month' }
  | { readonly kind: 'week' }
  | { readonly kind: 'day' }
  | { readonly kind: 'cycle'; readonly day: number }

/**
 * A stretch of whole days. A charge counts in the window of its event's own day, so that nothing is ever reset: a new window is a
 * new key (reliability, U1).
 */
export interface Window {
  /** `month#2026-11`, `week#2026-11-23` (its Monday), `day#2026-11-24`, `cycle15#2026-11-15`: no two windows have the same. */
  readonly key: string
  /** Its first day. */
  readonly from: string
  /** The first day of the next one. */
  readonly to: string
}

/**
 * The window that a calendar day lies in. Days are the account's own: its time zone decided which day a moment is.
 *
 * @param day `2026-11-24`
 */
export function windowOf(window: WindowKind, day: string): Window {
  const date = Temporal.PlainDate.from(day)
  switch (window.kind) {
    case 'day':
      return between('day', date, date.add({ days: 1 }))
    case 'week': {
      // ISO 8601: weeks begin on Monday.
      const monday = date.subtract({ days: date.dayOfWeek - 1 })
      return between('week', monday, monday.add({ days: 7 }))
    }
    case 'month': {
      const first = date.with({ day: 1 })
      const { to, from } = between('month', first, first.add({ months: 1 }))
      return { key: `month#${from.slice(0, -3)}`, from, to }
    }
    case 'cycle': {
      const here = inMonth(date, 0, window.day)
      const isBegun = Temporal.PlainDate.compare(here, date) <= 0
      const from = isBegun ? here : inMonth(date, -1, window.day)
      return between(`cycle${window.day}`, from, isBegun ? inMonth(date, 1, window.day) : here)
    }
  }
}

const between = (kind: string, from: Temporal.PlainDate, to: Temporal.PlainDate): Window => ({
  key: `${kind}#${from.toString()}`,
  from: from.toString(),
  to: to.toString(),
})

/** A day of the month that is `months` away; the month's last day where it is shorter. */
const inMonth = (date: Temporal.PlainDate, months: number, day: number): Temporal.PlainDate =>
  date.with({ day: 1 }).add({ months }).with({ day }, { overflow: 'constrain' })
