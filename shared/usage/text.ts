import * as z from 'zod/mini'
import { ruled } from '../errors/ruled.ts'
import { parseInstant } from '../time/instant.ts'
import { ID_CHARACTERS, NAME_CHARACTERS } from './limits.ts'

/** No control characters and no lone surrogates: they would break keys, logs and terminals further on. */
const textOf = (characters: number) => new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${characters}}$`, 'u')

/**
 * Texts without control characters, for the documentation. Patterns that we publish stay in what ECMA-262, Python and Go share:
 * no `\p{…}`, no counted `[^…]`, and none of them can say "no lone surrogate". The check at run time is the stricter one.
 */
const PUBLISHED = '^[^\\x00-\\x1f\\x7f-\\x9f]+$'

const bounded = (characters: number) =>
  z
    .string()
    .check(
      z.regex(
        textOf(characters),
        `expected 1 to ${characters} characters, none of them a control character or lone surrogate`,
      ),
      z.meta({ pattern: PUBLISHED, minLength: 1, maxLength: characters }),
    )

/** A name in the platform's system: a user, a group, a service. */
export const nameSchema = bounded(NAME_CHARACTERS)

/** An id or a source of events. */
export const idSchema = bounded(ID_CHARACTERS)

/** A sentence of a person: a reason, a note. */
export const sentenceSchema = bounded(500)

/** An account's id: lower-case letters, digits and hyphens (contracts, "Tables"). */
export const accountSchema = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'expected 2 to 63 lower-case letters, digits or hyphens'))

/** A day of the calendar: `2026-11-23`. */
export const daySchema = z.string().check(
  z.regex(/^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/, 'expected a day, such as "2026-11-20"'),
  ruled((text) => parseInstant(`${text}T00:00:00Z`) !== undefined, 'there is no such day'),
  z.meta({ format: 'date', examples: ['2026-11-20'] }),
)
