import { type Credits, credits, plus } from '../money/amounts.ts'
import { plain } from '../money/exact.ts'
import { byName } from '../text/order.ts'
import { utf8Length } from '../text/utf8.ts'

/** An amount charged, and the number of charges. */
export interface Tally {
  readonly credits: Credits
  readonly count: number
}

/** Tallies by name, in the order in which the log first named them. */
export type Tallies = ReadonlyMap<string, Tally>

/** The name under which charges without a group stand: names have at least one character. */
export const UNNAMED = ''

/** The name that collects names without a row of their own. No real name holds control characters. */
export const OTHERS = '\0'

/** Digits of an amount and a count, packed, at their longest. */
const BYTES_BESIDE_NAME = 24

/** Adds a tally to the one of its name. */
export function addTally(to: Map<string, Tally>, name: string, more: Tally): void {
  const known = to.get(name)
  to.set(name, known ? { credits: plus(known.credits, more.credits), count: known.count + more.count } : more)
}

/**
 * Adds tallies to tallies. A new name that finds `room` bytes taken counts under `OTHERS` from then on: a
 * snapshot stays small enough for DynamoDB with any number of names. No credit leaves the sum.
 *
 * @param more in the log's order: the first names get the room
 */
export function mergeTallies(stored: Tallies, more: Tallies, room: number): Tallies {
  const merged = new Map(stored)
  let taken = 0
  for (const name of stored.keys()) taken += weightOf(name)
  for (const [name, tally] of more) {
    const weight = merged.has(name) ? 0 : weightOf(name)
    const hasRoom = taken + weight <= room
    if (hasRoom) taken += weight
    addTally(merged, hasRoom ? name : OTHERS, tally)
  }
  return merged
}

const weightOf = (name: string): number => (name === OTHERS ? 0 : utf8Length(name) + BYTES_BESIDE_NAME)

/** Rows, not object keys: a name may be `__proto__`. */
type TallyRow = readonly [name: string, credits: string, count: number]

/** Canonical rows, by name. */
export const tallyRows = (tallies: Tallies): readonly TallyRow[] =>
  [...tallies].sort(byName).map(([name, tally]) => [name, plain(tally.credits), tally.count])

/** Reads what `tallyRows` made. */
export const readTallyRows = (rows: readonly TallyRow[]): Tallies =>
  new Map(rows.map(([name, amount, count]) => [name, { credits: credits(amount), count }]))
