import * as z from 'zod/mini'
import { ID_CHARACTERS, NAME_CHARACTERS } from './limits.ts'

/** No control characters and no lone surrogates: they would break keys, logs and terminals further on. */
const textOf = (characters: number) => new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${characters}}$`, 'u')

const bounded = (characters: number) =>
  z
    .string()
    .check(
      z.regex(
        textOf(characters),
        `expected 1 to ${characters} characters, none of them a control character or lone surrogate`,
      ),
    )

/** A name in somebody's system: a user, a group, a service. */
export const nameSchema = bounded(NAME_CHARACTERS)

/** An id or a source of events. */
export const idSchema = bounded(ID_CHARACTERS)

/** A sentence of a person: a reason, a note. */
export const sentenceSchema = bounded(500)

/** An account's id: lower-case letters, digits and hyphens (contracts, "Tables"). */
export const accountSchema = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'expected 2 to 63 lower-case letters, digits or hyphens'))
