import * as z from 'zod/mini'
import { ruled } from '../../../shared/errors/ruled.ts'
import { parseInstant } from '../../../shared/time/instant.ts'

const WANTED = 'expected an RFC 3339 time since 1970, with its zone: 2026-11-23T10:15:30.123Z'

/** A time as it is shown: UTC with `Z`. */
export const timeSchema = z.string().check(z.meta({ format: 'date-time', examples: ['2026-11-23T10:15:30.123Z'] }))

/** A time as it is given. */
export const givenTimeSchema = z.string().check(
  z.maxLength(40, WANTED),
  ruled((text) => (parseInstant(text) ?? -1) >= 0, WANTED),
  z.meta({ format: 'date-time', examples: ['2026-11-23T10:15:30.123Z'] }),
)

/** An IANA time zone: where an account's days and months begin. */
export const timeZoneSchema = z
  .string()
  .check(
    z.regex(/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/, 'expected an IANA time zone, such as Europe/Berlin'),
    ruled(isTimeZone, 'expected an IANA time zone, such as Europe/Berlin'),
    z.meta({ examples: ['Europe/Berlin'] }),
  )

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
