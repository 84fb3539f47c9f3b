import { type Credits, credits, plus } from '../money/amounts.ts'
import { plain } from '../money/exact.ts'
import { byName, utf8Length } from './tally.ts'

type Amounts = ReadonlyMap<string, Credits>

/** What one user spent in a month. */
export interface UserSpend {
  readonly categories: Amounts
  /** By day of the month, `01` to `31`. */
  readonly days: Amounts
}

/** Spend by user. */
export type Spends = ReadonlyMap<string, UserSpend>

export function addAmount(to: Map<string, Credits>, name: string, amount: Credits): void {
  const known = to.get(name)
  to.set(name, known ? plus(known, amount) : amount)
}

export function mergeSpends(stored: Spends, more: Spends): Spends {
  const merged = new Map(stored)
  for (const [user, spend] of more) {
    const known = merged.get(user)
    merged.set(user, known ? mergeSpend(known, spend) : spend)
  }
  return merged
}

const mergeSpend = (a: UserSpend, b: UserSpend): UserSpend => ({
  categories: mergeAmounts(a.categories, b.categories),
  days: mergeAmounts(a.days, b.days),
})

function mergeAmounts(a: Amounts, b: Amounts): Amounts {
  const merged = new Map(a)
  for (const [name, amount] of b) addAmount(merged, name, amount)
  return merged
}

/** 38 digits and their place take this much packed, at the most: brotli stores a digit in less than four bits. */
const BYTES_OF_AMOUNT = 20

/**
 * Bytes that these users take, packed, at the most: counted, not measured.
 *
 * Brotli's output varies by version and shrinks when 99.5 becomes 100; this only ever grows with the log, so the number
 * of chunks is a function of the log and not of when it was folded.
 */
export function weightOf(spends: Spends): number {
  let weight = 0
  for (const [user, spend] of spends) {
    weight += utf8Length(user) + (spend.categories.size + spend.days.size) * BYTES_OF_AMOUNT
  }
  return weight
}

type AmountRow = readonly [name: string, credits: string]
type SpendRow = readonly [user: string, categories: readonly AmountRow[], days: readonly AmountRow[]]

/** Canonical JSON: the same bytes whenever and in however many steps the same log was folded. */
export function spendsText(spends: Spends): string {
  const rows: readonly SpendRow[] = [...spends]
    .sort(byName)
    .map(([user, { categories, days }]) => [user, amountRows(categories), amountRows(days)])
  return JSON.stringify(rows)
}

const amountRows = (amounts: Amounts): readonly AmountRow[] =>
  [...amounts].sort(byName).map(([name, amount]) => [name, plain(amount)])

/** Reads what `spendsText` wrote. */
export function readSpends(text: string): Spends {
  const rows = JSON.parse(text) as readonly SpendRow[]
  return new Map(
    rows.map(([user, categories, days]) => [user, { categories: amounts(categories), days: amounts(days) }]),
  )
}

const amounts = (rows: readonly AmountRow[]): Amounts => new Map(rows.map(([name, amount]) => [name, credits(amount)]))
