import { type Credits, credits } from '../../money/amounts.ts'
import { type Exact, exact, plain } from '../../money/exact.ts'
import { bindingOf, boundIdFrom, readBoundId } from '../../usage/account-bound-id.ts'
import { categories, type Meter, meters } from '../../usage/meters.ts'
import type { Quantities } from '../../usage/quantities.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import type { EntryKind } from './entry-kind.ts'
import { type Identity, identity } from './identity.ts'

/** A usage event that was charged. Quantities and version give `credits` again, to the last digit. */
export interface ChargeEntry extends Omit<UsageEvent, 'account'> {
  readonly kind: 'charge'
  readonly rateCard: number
  readonly credits: Credits
}

/** Source and id, nothing else: producers retry with a fresh time, a changed payload, even another account. */
export const usageIdentity = ({ source, id }: Pick<UsageEvent, 'source' | 'id'>): Identity =>
  identity('usage', source, id)

const COMPARED = ['time', 'user', 'group', 'category', 'service', 'variant', 'reservation'] as const

/** Field by field: a payload hash would cost half an entry's bytes (performance, "Encoding a page"). */
export function chargeDifference(event: Omit<UsageEvent, 'account'>, charge: ChargeEntry): readonly string[] {
  const differing: string[] = COMPARED.filter((field) => event[field] !== charge[field])
  return sameQuantities(event.quantities, charge.quantities) ? differing : [...differing, 'quantities']
}

function sameQuantities(a: Quantities, b: Quantities): boolean {
  if (a.size !== b.size) return false
  return [...a].every(([meter, quantity]) => (b.get(meter) as Exact | undefined)?.eq(quantity) ?? false)
}

/** Charges are stored as columns (charge-columns.ts). */
export const chargeKinds: { readonly charge: EntryKind<ChargeEntry> } = {
  charge: {
    identity: usageIdentity,
    charged: ({ credits }) => credits,
    difference: chargeDifference,
    words: ({ service }) => service,
  },
}

/**
 * The charges of a page as format 1 stores them, column by column.
 *
 * Columns of like values pack to a third of rows (measured: 38 bytes a charge at 100 a page, rows 149). Of an
 * account-bound id only its time, as the difference to the one before, and its 50 random bits are stored: source and
 * account give the rest.
 */
export type ChargeColumns = readonly [
  sources: Dictionary<string>,
  services: Dictionary<string>,
  variants: Dictionary<string>,
  users: Dictionary<string>,
  groups: Dictionary<string | null>,
  categories: Dictionary<number>,
  rateCards: Dictionary<number>,
  reservations: Dictionary<string | null>,
  /** Difference to the id time of the bound id before; `null`: the id is opaque. */
  idTimes: readonly (number | null)[],
  /** 13 hex digits for each bound id. */
  randoms: string,
  opaqueIds: readonly string[],
  /** Event time: difference to the id time, or, of an opaque id, to the event time before. */
  times: readonly number[],
  /** For each meter in use: its place in `meters`, and the quantities. */
  quantities: readonly (readonly [meter: number, column: string])[],
  credits: string,
]

/** A column of few distinct values: the values, each once, and where each row finds its own; or the one value of all rows. */
type Dictionary<T extends Plain> = T | Table<T>

type Plain = string | number | null
type Table<T> = readonly [values: readonly T[], places: readonly number[]]

const RANDOM_DIGITS = 13

/** Hand-packed, not a codec: it runs for every charge that is written or read. */
export function toColumns(charges: readonly ChargeEntry[]): ChargeColumns {
  return [
    toDictionary(charges.map((charge) => charge.source)),
    toDictionary(charges.map((charge) => charge.service)),
    toDictionary(charges.map((charge) => charge.variant)),
    toDictionary(charges.map((charge) => charge.user)),
    toDictionary(charges.map((charge) => charge.group ?? null)),
    toDictionary(charges.map((charge) => categories.indexOf(charge.category))),
    toDictionary(charges.map((charge) => charge.rateCard)),
    toDictionary(charges.map((charge) => charge.reservation ?? null)),
    ...encodeIds(charges),
    meters.flatMap((meter, place) => {
      const column = charges.map(({ quantities }) => quantities.get(meter))
      return column.some(Boolean)
        ? [[place, toDigits(column.map((quantity) => (quantity ? plain(quantity) : '')))] as const]
        : []
    }),
    toDigits(charges.map((charge) => plain(charge.credits))),
  ]
}

function encodeIds(
  charges: readonly ChargeEntry[],
): [ChargeColumns[8], ChargeColumns[9], ChargeColumns[10], ChargeColumns[11]] {
  let idTime = 0
  let eventTime = 0
  const idTimes: (number | null)[] = []
  const randoms: string[] = []
  const opaqueIds: string[] = []
  const times: number[] = []
  for (const charge of charges) {
    const bound = readBoundId(charge.id)
    if (bound === undefined) {
      idTimes.push(null)
      opaqueIds.push(charge.id)
      times.push(charge.time - eventTime)
    } else {
      idTimes.push(bound.time - idTime)
      idTime = bound.time
      randoms.push(bound.random)
      times.push(charge.time - bound.time)
    }
    eventTime = charge.time
  }
  return [idTimes, randoms.join(''), opaqueIds, times]
}

/** @throws RangeError when the columns do not hold together */
export function fromColumns(columns: ChargeColumns, account: string): readonly ChargeEntry[] {
  const idTimes = columns[8]
  const count = idTimes.length
  if (count === 0) return []
  const sources = fromDictionary(columns[0], count)
  const services = fromDictionary(columns[1], count)
  const variants = fromDictionary(columns[2], count)
  const users = fromDictionary(columns[3], count)
  const groups = fromDictionary(columns[4], count)
  const categoryPlaces = fromDictionary(columns[5], count)
  const rateCards = fromDictionary(columns[6], count)
  const reservations = fromDictionary(columns[7], count)
  const ids = decodeIds(columns, sources, account)
  const quantities = decodeQuantities(columns[12], count)
  const amounts = fromDigits(columns[13], count)
  return idTimes.map((_, row) => ({
    kind: 'charge',
    source: at(sources, row),
    ...at(ids, row),
    user: at(users, row),
    group: groups[row] ?? undefined,
    category: at(categories, at(categoryPlaces, row)),
    service: at(services, row),
    variant: at(variants, row),
    quantities: at(quantities, row),
    reservation: reservations[row] ?? undefined,
    rateCard: at(rateCards, row),
    credits: credits(at(amounts, row)),
  }))
}

function decodeIds(
  columns: ChargeColumns,
  sources: readonly string[],
  account: string,
): readonly Pick<ChargeEntry, 'id' | 'boundAt' | 'time'>[] {
  const [idTimes, randoms, opaqueIds, times] = [columns[8], columns[9], columns[10], columns[11]]
  const bindings = new Map(valuesOf(columns[0]).map((source) => [source, bindingOf(source, account)]))
  let idTime = 0
  let eventTime = 0
  let bound = 0
  let opaque = 0
  return idTimes.map((difference, row) => {
    const time = at(times, row)
    if (difference === null) {
      eventTime += time
      return { id: at(opaqueIds, opaque++), boundAt: undefined, time: eventTime }
    }
    idTime += difference
    eventTime = idTime + time
    const random = randoms.slice(bound * RANDOM_DIGITS, (bound + 1) * RANDOM_DIGITS)
    bound += 1
    if (random.length !== RANDOM_DIGITS) throw new RangeError(`no random bits for row ${row}`)
    const binding = bindings.get(at(sources, row)) ?? ''
    return { id: boundIdFrom({ time: idTime, binding, random }), boundAt: idTime, time: eventTime }
  })
}

function decodeQuantities(quantities: ChargeColumns[12], count: number): readonly ReadonlyMap<Meter, Exact>[] {
  const rows = Array.from({ length: count }, () => new Map<Meter, Exact>())
  for (const [place, column] of quantities) {
    const meter = at(meters, place)
    fromDigits(column, count).forEach((digits, row) => {
      if (digits !== '') rows[row]?.set(meter, exact(digits))
    })
  }
  return rows
}

function toDictionary<T extends Plain>(rows: readonly T[]): Dictionary<T> {
  const places = new Map<T, number>()
  const column = rows.map((value) => {
    const known = places.get(value)
    if (known !== undefined) return known
    places.set(value, places.size)
    return places.size - 1
  })
  const values = [...places.keys()]
  const [only] = values
  return values.length === 1 && only !== undefined ? only : [values, column]
}

/** @throws RangeError when the column does not hold `count` rows */
function fromDictionary<T extends Plain>(column: Dictionary<T>, count: number): readonly T[] {
  if (!isTable(column)) return Array<T>(count).fill(column as T)
  const [values, places] = column
  if (places.length !== count) throw new RangeError(`${places.length} places for ${count} rows`)
  return places.map((place) => at(values, place))
}

/** The distinct values of a column. */
const valuesOf = <T extends Plain>(column: Dictionary<T>): readonly T[] => (isTable(column) ? column[0] : [column as T])

const isTable = <T extends Plain>(column: Dictionary<T>): column is Table<T> => Array.isArray(column)

/** Digits only, so a comma keeps them apart; a row without a value is empty. */
const toDigits = (rows: readonly string[]): string => rows.join(',')

/** @throws RangeError when the column does not hold `count` rows */
function fromDigits(column: string, count: number): readonly string[] {
  const rows = column.split(',')
  if (rows.length !== count) throw new RangeError(`${rows.length} values for ${count} rows`)
  return rows
}

/** @throws RangeError outside the rows */
export function at<T>(rows: readonly T[], place: number): T {
  const value = rows[place]
  if (value === undefined || place < 0) throw new RangeError(`no row ${place}`)
  return value
}
