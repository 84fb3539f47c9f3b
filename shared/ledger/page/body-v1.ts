import { credits } from '../../money/amounts.ts'
import { type Exact, exact, plain } from '../../money/exact.ts'
import { bindingOf, boundIdFrom, readBoundId } from '../../usage/account-bound-id.ts'
import { categories, type Meter, meters } from '../../usage/meters.ts'
import type { ChargeEntry, Entry } from '../entries/entry.ts'
import { at, type Dictionary, fromDictionary, fromDigits, toDictionary, toDigits, valuesOf } from './columns.ts'
import { fromOther, type OtherV1, toOther } from './other-v1.ts'

/**
 * Format 1 of a page's entries: charges column by column, everything else as it is, as one JSON array.
 *
 * Columns of like values pack to a third of rows (measured: 38 bytes a charge at 100 a page, rows 149), and any JSON
 * and brotli tool reads them. Of an account-bound id only its time, as the difference to the one before, and its 50
 * random bits are stored: source and account give the rest.
 */
type BodyV1 = readonly [
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
  others: readonly (readonly [position: number, entry: OtherV1])[],
]

const RANDOM_DIGITS = 13

export function encodeBodyV1(entries: readonly Entry[]): string {
  const charges = entries.filter((entry) => entry.kind === 'charge')
  const others = entries.flatMap((entry, position) =>
    entry.kind === 'charge' ? [] : [[position, toOther(entry)] as const],
  )
  const body: BodyV1 = [
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
    others,
  ]
  return JSON.stringify(body)
}

function encodeIds(charges: readonly ChargeEntry[]): [BodyV1[8], BodyV1[9], BodyV1[10], BodyV1[11]] {
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

/** @throws RangeError, TypeError or SyntaxError when the text is no such body; the caller says of which page */
export function decodeBodyV1(text: string, account: string): readonly Entry[] {
  const body = JSON.parse(text) as BodyV1
  const charges = decodeCharges(body, account)
  const others = new Map(body[14])
  const entries: Entry[] = []
  let next = 0
  for (let position = 0; position < charges.length + others.size; position += 1) {
    const other = others.get(position)
    entries.push(other === undefined ? at(charges, next++) : fromOther(other))
  }
  return entries
}

function decodeCharges(body: BodyV1, account: string): readonly ChargeEntry[] {
  const idTimes = body[8]
  const count = idTimes.length
  if (count === 0) return []
  const sources = fromDictionary(body[0], count)
  const services = fromDictionary(body[1], count)
  const variants = fromDictionary(body[2], count)
  const users = fromDictionary(body[3], count)
  const groups = fromDictionary(body[4], count)
  const categoryPlaces = fromDictionary(body[5], count)
  const rateCards = fromDictionary(body[6], count)
  const reservations = fromDictionary(body[7], count)
  const ids = decodeIds(body, sources, account)
  const quantities = decodeQuantities(body[12], count)
  const amounts = fromDigits(body[13], count)
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
  body: BodyV1,
  sources: readonly string[],
  account: string,
): readonly Pick<ChargeEntry, 'id' | 'boundAt' | 'time'>[] {
  const [idTimes, randoms, opaqueIds, times] = [body[8], body[9], body[10], body[11]]
  const bindings = new Map(valuesOf(body[0]).map((source) => [source, bindingOf(source, account)]))
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

function decodeQuantities(columns: BodyV1[12], count: number): readonly ReadonlyMap<Meter, Exact>[] {
  const rows = Array.from({ length: count }, () => new Map<Meter, Exact>())
  for (const [place, column] of columns) {
    const meter = at(meters, place)
    fromDigits(column, count).forEach((digits, row) => {
      if (digits !== '') rows[row]?.set(meter, exact(digits))
    })
  }
  return rows
}
