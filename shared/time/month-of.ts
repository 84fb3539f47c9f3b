import { Temporal } from 'temporal-polyfill'
import type { Instant } from './instant.ts'

/** The calendar month of a time in a zone, and the next one's first moment there. */
export function monthOf(at: Instant, timeZone: string): { readonly month: string; readonly nextMonth: Instant } {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
  const first = there.with({ day: 1 }).startOfDay()
  return {
    month: first.toPlainDate().toPlainYearMonth().toString(),
    nextMonth: first.add({ months: 1 }).startOfDay().epochMilliseconds,
  }
}
