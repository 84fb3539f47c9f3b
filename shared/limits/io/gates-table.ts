import type { Item, Table } from '../../aws/table.ts'
import { pack, unpack } from '../../ledger/io/page-item.ts'
import { DAY_MS, type Instant, SECOND_MS } from '../../time/instant.ts'
import { emptyGate, type Gate, holdsText, readHolds } from '../gates/gate.ts'
import { type Reservation, readReservationText, reservationKey, reservationText } from '../gates/reservation.ts'

/**
 * The gates, and a record of each reservation. Both are read and put by version, never incremented: a write whose answer was
 * lost would be added twice.
 *
 * The log has all spend. If this table is lost, only current holds are lost.
 */
export type GatesTable = Table

/** By version; 0: there is none yet. */
export interface Stored<T> {
  readonly version: number
  readonly value: T
}

/** `lost`: it is at another version by now; `standing` is the stored one. */
type Put<T, Standing = Stored<T>> =
  | { readonly kind: 'put'; readonly stored: Stored<T> }
  | { readonly kind: 'lost'; readonly standing: Standing }

/** A gate and a record are kept this long after they expired: then the log alone knows all that a gate says. */
const KEPT_MS = 7 * DAY_MS

/** 2,000 holds have some 250 KB. */
const UNPACKED_BYTES = 4 * 1024 * 1024

export async function readGate(table: GatesTable, key: string): Promise<Stored<Gate>> {
  return gateIn(await table.get({ scope: key }))
}

/** Puts a gate in the place of the version it was made from. The same gate found there counts as put: the answer got lost. */
export async function putGate(
  table: GatesTable,
  key: string,
  before: number,
  gate: Gate,
  now: Instant,
): Promise<Put<Gate>> {
  const text = holdsText(gate.holds)
  const last = gate.holds.reduce((latest, { expiresAt }) => Math.max(latest, expiresAt), now)
  const item = { seq: gate.seq, head: gate.head, epoch: gate.epoch, holds: pack(text) }
  const put = await putIf(table, key, before, item, last)
  if (put.kind === 'put') return { kind: 'put', stored: { version: before + 1, value: gate } }
  const standing = gateIn(put.standing)
  const isOurs =
    standing.version === before + 1 &&
    standing.value.seq === gate.seq &&
    standing.value.head === gate.head &&
    holdsText(standing.value.holds) === text
  return isOurs ? { kind: 'put', stored: standing } : { kind: 'lost', standing }
}

export async function readReservation(table: GatesTable, id: string): Promise<Stored<Reservation> | undefined> {
  return reservationIn(await table.get({ scope: reservationKey(id) }))
}

/**
 * Puts a reservation's record in the place of the version it was made from; 0: as the first.
 *
 * @returns `standing` is `undefined` where the record expired meanwhile
 */
export async function putReservation(
  table: GatesTable,
  before: number,
  reservation: Reservation,
): Promise<Put<Reservation, Stored<Reservation> | undefined>> {
  const text = reservationText(reservation)
  const put = await putIf(table, reservationKey(reservation.id), before, { text }, reservation.expiresAt)
  if (put.kind === 'put') return { kind: 'put', stored: { version: before + 1, value: reservation } }
  const standing = reservationIn(put.standing)
  const isOurs = standing?.version === before + 1 && reservationText(standing.value) === text
  return isOurs ? { kind: 'put', stored: standing } : { kind: 'lost', standing }
}

const putIf = (table: GatesTable, scope: string, before: number, item: Item, expiresAt: Instant) =>
  table.replace(
    { scope },
    { version: before + 1, ...item, expires_at: Math.ceil((expiresAt + KEPT_MS) / SECOND_MS) },
    before === 0 ? 'attribute_not_exists(version)' : 'version = :before',
    { before: before === 0 ? undefined : before },
  )

function gateIn(item: Item | undefined): Stored<Gate> {
  const holds: unknown = item?.['holds']
  if (item === undefined || !(holds instanceof Uint8Array)) return { version: 0, value: emptyGate }
  return {
    version: Number(item['version']),
    // Gates that were put before they had a head of their own are gone a week later.
    value: {
      seq: Number(item['seq']),
      head: Number(item['head'] ?? item['seq']),
      epoch: Number(item['epoch']),
      holds: readHolds(unpack(holds, UNPACKED_BYTES)),
    },
  }
}

function reservationIn(item: Item | undefined): Stored<Reservation> | undefined {
  const text: unknown = item?.['text']
  return typeof text === 'string' ? { version: Number(item?.['version']), value: readReservationText(text) } : undefined
}
