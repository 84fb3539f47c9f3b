import type { Instant } from './instant.ts'

/**
 * The first moment of the next month in a time zone.
 *
 * Loads the calendar only when called: no other request needs it.
 *
 * @throws RangeError for a zone that does not exist
 */
export async function monthEndIn(timeZone: string, now: Instant): Promise<Instant> {
  const { Temporal } = await import('temporal-polyfill')
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone)
  return here.with({ day: 1 }).add({ months: 1 }).startOfDay().epochMilliseconds
}
