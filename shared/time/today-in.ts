import type { Instant } from './instant.ts'

/**
 * The day in a time zone: `2026-11-24`.
 *
 * Loads the calendar only when called: few requests need it.
 *
 * @throws RangeError for a zone that does not exist
 */
export async function todayIn(timeZone: string, now: Instant): Promise<string> {
  const { Temporal } = await import('temporal-polyfill')
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate().toString()
}
