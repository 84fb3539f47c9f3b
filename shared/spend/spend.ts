import { type Credits, credits, plus } from '../money/amounts.ts'
import { plain } from '../money/exact.ts'
import { byName } from '../text/order.ts'
import { utf8Length } from '../text/utf8.ts'
import { type Category, categories } from '../usage/meters.ts'
import { OTHERS } from './tally.ts'

/**
 * By day of the month, `01` to `31`: the digits of an amount of credits. A snapshot has hundreds of thousands of them;
 * few are ever added up. `credits` reads one.
 */
type Days = ReadonlyMap<string, string>

/** The spend on one service in one category. */
export interface SpendRow {
  readonly category: Category
  /** `OTHERS`: the services that got no row of their own. */
  readonly service: string
  readonly days: Days
}

/** The spend of a user, a group or an account in a month, by category and service. Any limit counts a sum of some of its days. */
export type Spend = ReadonlyMap<string, SpendRow>

/** Spend by the spender's name. */
export type Spends = ReadonlyMap<string, Spend>

/** Injective: no category has a space. */
export const rowKey = (category: Category, service: string): string => `${category} ${service}`

export type MutableSpend = Map<string, { category: Category; service: string; days: Map<string, string> }>

/** Adds an amount to its row, without a bound. */
export function addSpent(
  to: MutableSpend,
  { category, service }: Pick<SpendRow, 'category' | 'service'>,
  day: string,
  amount: Credits,
): void {
  const key = rowKey(category, service)
  const row = to.get(key) ?? { category, service, days: new Map<string, string>() }
  to.set(key, row)
  const known = row.days.get(day)
  row.days.set(day, plain(known === undefined ? amount : plus(credits(known), amount)))
}

/** At most, 38 digits and their place take this much packed: brotli stores a digit in less than four bits. */
const BYTES_OF_AMOUNT = 20
const DAYS_OF_MONTH = 31

/** Bytes for a user's rows of a chunk's 32 KB: 40 services or more. The rest is for the name and for `OTHERS` of each category. */
export const USER_ROOM_BYTES = 28 * 1024
/** Bytes for the rows of a group or an account: it has an item of its own, of DynamoDB's 400 KB. */
export const POOL_ROOM_BYTES = 300 * 1024

/**
 * Adds an amount to a row. A new service that finds `room` bytes taken counts under `OTHERS` of its category, from then
 * on: an account can invent any number of names. No credit leaves the sum.
 */
export function addWithRoom(
  to: MutableSpend,
  place: Pick<SpendRow, 'category' | 'service'>,
  day: string,
  amount: Credits,
  room: number,
): void {
  const isKnown = to.has(rowKey(place.category, place.service))
  const hasRoom = isKnown || roomTaken(to) + roomOf(place) <= room
  addSpent(to, hasRoom ? place : { category: place.category, service: OTHERS }, day, amount)
}

function roomTaken(spend: Spend): number {
  let taken = 0
  for (const row of spend.values()) taken += roomOf(row)
  return taken
}

/** With all days that a row may ever have, so that the result does not depend on the time of the fold. */
const roomOf = ({ service }: Pick<SpendRow, 'service'>): number =>
  service === OTHERS ? 0 : utf8Length(service) + DAYS_OF_MONTH * BYTES_OF_AMOUNT

const copyOf = (spend: Spend): MutableSpend =>
  new Map([...spend].map(([key, row]) => [key, { ...row, days: new Map(row.days) }]))

/** Adds spend to spend. @param more in the log's order: the first services get the room */
function mergeSpend(stored: Spend, more: Spend, room: number): Spend {
  const merged = copyOf(stored)
  for (const row of more.values())
    for (const [day, digits] of row.days) addWithRoom(merged, row, day, credits(digits), room)
  return merged
}

/** Adds what later pages spent. @param room bytes for each spender's names of services: see `addWithRoom` */
export function mergeSpends(stored: Spends, more: Spends, room: number): Spends {
  const merged = new Map(stored)
  for (const [name, spend] of more) merged.set(name, mergeSpend(merged.get(name) ?? new Map(), spend, room))
  return merged
}

/**
 * The most bytes that these can take when packed: counted, not measured.
 *
 * Brotli's output varies by version and shrinks when 99.5 becomes 100. This count only grows with the log, so the number
 * of chunks depends on the log alone, not on the time of the fold.
 */
export function weightOf(spends: Spends): number {
  let weight = 0
  for (const [name, spend] of spends) {
    weight += utf8Length(name)
    for (const { service, days } of spend.values()) weight += utf8Length(service) + days.size * BYTES_OF_AMOUNT
  }
  return weight
}

type RowText = readonly [category: number, service: string, days: readonly (readonly [day: string, credits: string])[]]
type SpendText = readonly [name: string, rows: readonly RowText[]]

/** Canonical JSON: the same log gives the same bytes, folded at any time and in any number of steps. */
export const spendsText = (spends: Spends): string =>
  JSON.stringify([...spends].sort(byName).map(([name, spend]): SpendText => [name, rowsOf(spend)]))

const rowsOf = (spend: Spend): readonly RowText[] =>
  [...spend]
    .sort(byName)
    .map(([, { category, service, days }]) => [categories.indexOf(category), service, [...days].sort(byName)])

/** Reads what `spendsText` wrote. */
export const readSpends = (text: string): Map<string, MutableSpend> =>
  new Map((JSON.parse(text) as readonly SpendText[]).map(([name, rows]) => [name, spendOf(rows)]))

function spendOf(rows: readonly RowText[]): MutableSpend {
  const spend: MutableSpend = new Map()
  for (const [place, service, days] of rows) {
    const category = categories[place]
    if (category === undefined) throw new RangeError(`no category ${place}`)
    spend.set(rowKey(category, service), { category, service, days: new Map(days) })
  }
  return spend
}
