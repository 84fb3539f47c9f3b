import type { Instant } from './instant.ts'

/** The calendar day of a time in the account's time zone, `2026-11-23`. It is an argument, since the core knows no time zones. */
export type DayOf = (time: Instant) => string

/** `2026-11` and `23` of `2026-11-23`; years of other than four digits come out right too. */
export const splitDay = (day: string): { readonly month: string; readonly day: string } => ({
  month: day.slice(0, -3),
  day: day.slice(-2),
})
