/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/

/**
 * Reads an RFC 3339 time, as CloudEvents writes it; digits finer than a millisecond are cut off.
 *
 * `undefined` for any other text: a missing zone, February 30, hour 24, a leap second (POSIX time has none).
 * Arithmetic only: nothing here asks a clock.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text)
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  if (hour > 23 || minute > 59 || second > 59) return undefined

  const midnight = Date.UTC(year, month - 1, day)
  const date = new Date(midnight)
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined

  const millisecond = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  const offset = offsetMinutes(match[8], Number(match[9] ?? 0), Number(match[10] ?? 0))
  if (offset === undefined) return undefined
  return midnight + ((hour * 60 + minute - offset) * 60 + second) * 1000 + millisecond
}

function offsetMinutes(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 23 || minutes > 59) return undefined
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes)
}

/** UTC with `Z` and milliseconds: `2026-11-23T10:15:30.123Z`. */
export const instantText = (at: Instant): string => new Date(at).toISOString()

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** The day by UTC: `2026-11-23`. */
export const dayText = (at: Instant): string => instantText(at).slice(0, 10)
