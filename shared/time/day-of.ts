import { Temporal } from 'temporal-polyfill'
import type { DayOf } from './day.ts'
import { DAY_MS, type Instant } from './instant.ts'

interface Day {
  readonly from: Instant
  /** The next day's first moment: 23, 24 or 25 hours later. */
  readonly to: Instant
  readonly day: string
}

/**
 * The calendar days of a time zone.
 *
 * Days once found are kept, by the UTC days they touch: a time zone's arithmetic costs thousands of times a comparison.
 *
 * @throws RangeError for a zone that does not exist
 */
export function dayOfZone(timeZone: string): DayOf {
  const known = new Map<number, Day[]>()
  Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone)
  return (time) => {
    const utcDay = Math.floor(time / DAY_MS)
    const days = known.get(utcDay) ?? []
    const found = days.find(({ from, to }) => from <= time && time < to)
    if (found !== undefined) return found.day
    const day = findDay(time, timeZone)
    known.set(utcDay, [...days, day])
    return day.day
  }
}

function findDay(time: Instant, timeZone: string): Day {
  const start = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).startOfDay()
  return {
    from: start.epochMilliseconds,
    to: start.add({ days: 1 }).startOfDay().epochMilliseconds,
    day: start.toPlainDate().toString(),
  }
}

/**
 * The first moment of a day in a time zone.
 *
 * @param day `2026-12-01`
 */
export const dayStart = (day: string, timeZone: string): Instant =>
  Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds
