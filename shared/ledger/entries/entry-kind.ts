import * as z from 'zod/mini'
import { type Credits, credits, type Euros, euros } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Identity } from './identity.ts'

/** The behaviour of one kind of entry. */
export interface EntryKind<E> {
  readonly identity: (entry: E, account: string) => Identity
  /** Its addition to the credits that the account ever got. Absent: nothing. */
  readonly credited?: (entry: E) => Credits
  /** Its addition to the credits that usage ever cost. Absent: nothing. */
  readonly charged?: (entry: E) => Credits
  /** The fields in which a request differs from the entry that has its identity. Absent: equal identities are one request. */
  readonly difference?: (asked: E, standing: E) => readonly string[]
  /** What happened, in a line for operators. */
  readonly words: (entry: E) => string
}

/**
 * A kind that page format 1 stores as a JSON object under its own names.
 *
 * The codec's order of fields is the order of the stored bytes.
 */
export interface StoredKind<E> extends EntryKind<E> {
  readonly stored: z.core.$ZodType<E>
}

/** Credits, stored as plain digits. */
export const storedCredits = z.codec(z.string(), z.custom<Credits>(), { decode: credits, encode: plain })

/** Euros, stored as plain digits. */
export const storedEuros = z.codec(z.string(), z.custom<Euros>(), { decode: euros, encode: plain })

/** Milliseconds since 1970. */
export const storedInstant = z.number()

/** Whether two values are stored as the same bytes. */
export const isStoredAlike = <T>(stored: z.core.$ZodType<T>, a: T, b: T): boolean =>
  JSON.stringify(z.encode(stored, a)) === JSON.stringify(z.encode(stored, b))

/** The names of the fields that differ. @param same whether each of them is equal */
export const fieldsThatDiffer = (same: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.keys(same).filter((field) => !same[field])
