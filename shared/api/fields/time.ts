import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { parseInstant } from '../../time/instant.ts'

const WANTED = 'expected an RFC 3339 time since 1970, with its zone: 2026-11-23T10:15:30.123Z'

/** A time as it is shown: UTC with `Z`. */
export const timeSchema = z.string().check(z.meta({ format: 'date-time', examples: ['2026-11-23T10:15:30.123Z'] }))

/** RFC 3339 from 1970 on, but for days that a month does not have. */
const RFC_3339 =
  '^(?:19[7-9][0-9]|[2-9][0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$'

/** A time as it is given. */
export const givenTimeSchema = z.string().check(
  z.maxLength(40, WANTED),
  ruled((text) => (parseInstant(text) ?? -1) >= 0, WANTED),
  z.meta({ pattern: RFC_3339, format: 'date-time', examples: ['2026-11-23T10:15:30.123Z'] }),
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
