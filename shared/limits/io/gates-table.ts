import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { pack, unpack } from '../../ledger/io/commit/pack.ts'
import { DAY_MS, type Instant, SECOND_MS } from '../../time/instant.ts'
import { emptyGate, type Gate, holdsText, readHolds } from '../gates/gate.ts'
import { reservationKey } from '../gates/gates-of.ts'
import type { Reservation } from '../gates/reservation.ts'
import { readReservationText, reservationText } from '../gates/reservation.ts'

/**
 * What reservations hold: gates, and a record of each reservation. Got and put by version, never added to: an answer that got lost
 * would be added twice. All reads are consistent.
 *
 * The log has what was spent; this can be lost, and nothing but what is under way is.
 */
export interface GatesTable {
  readonly documents: Documents
  readonly name: string
}

/** By version; 0: there is none yet. */
export interface Stored<T> {
  readonly version: number
  readonly value: T
}

/** `lost`: it is not at that version any more; `standing` is what is. */
export type Put<T> =
  | { readonly kind: 'put'; readonly stored: Stored<T> }
  | { readonly kind: 'lost'; readonly standing: Stored<T> }

/** `standing` is missing where the record was forgotten meanwhile. */
export type PutReservation =
  | { readonly kind: 'put'; readonly stored: Stored<Reservation> }
  | { readonly kind: 'lost'; readonly standing: Stored<Reservation> | undefined }

/** After its last hold expired, a gate says nothing that the log does not say. Reservations are asked for a while longer. */
const KEPT_MS = 7 * DAY_MS

/** 2,000 holds have some 250 KB. */
const UNPACKED_BYTES = 4 * 1024 * 1024

export async function readGate(table: GatesTable, key: string): Promise<Stored<Gate>> {
  return gateIn(await read(table, key))
}

/** Puts a gate in the place of the version it was made from. Its own one found there counts as put: the answer got lost. */
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
  const lost = await putIf(table, key, before, item, last)
  if (lost === undefined) return { kind: 'put', stored: { version: before + 1, value: gate } }
  const standing = gateIn(lost)
  const isOurs =
    standing.version === before + 1 &&
    standing.value.seq === gate.seq &&
    standing.value.head === gate.head &&
    holdsText(standing.value.holds) === text
  return isOurs ? { kind: 'put', stored: standing } : { kind: 'lost', standing }
}

export async function readReservation(table: GatesTable, id: string): Promise<Stored<Reservation> | undefined> {
  const item = await read(table, reservationKey(id))
  return item && reservationIn(item)
}

/** Puts a reservation's record in the place of the version it was made from; 0: as the first. */
export async function putReservation(
  table: GatesTable,
  before: number,
  reservation: Reservation,
): Promise<PutReservation> {
  const text = reservationText(reservation)
  const lost = await putIf(table, reservationKey(reservation.id), before, { text }, reservation.expiresAt)
  if (lost === undefined) return { kind: 'put', stored: { version: before + 1, value: reservation } }
  const standing = reservationIn(lost)
  const isOurs = standing?.version === before + 1 && reservationText(standing.value) === text
  return isOurs ? { kind: 'put', stored: standing } : { kind: 'lost', standing }
}

type Item = Readonly<Record<string, unknown>>

async function read(table: GatesTable, scope: string): Promise<Item | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { scope }, ConsistentRead: true }),
  )
  return Item
}

/** @returns what stands there instead; `undefined`: it was put; nothing at all is an item that expired meanwhile */
async function putIf(
  table: GatesTable,
  scope: string,
  before: number,
  item: Item,
  expiresAt: Instant,
): Promise<Item | undefined> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: { scope, version: before + 1, ...item, expires_at: Math.ceil((expiresAt + KEPT_MS) / SECOND_MS) },
        ConditionExpression: before === 0 ? 'attribute_not_exists(version)' : 'version = :before',
        ...(before > 0 && { ExpressionAttributeValues: { ':before': before } }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    return undefined
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    // DynamoDB sends along what stands there; not every engine does.
    if (error.Item !== undefined) return unmarshall(error.Item, { wrapNumbers: (digits: string) => digits })
    return (await read(table, scope)) ?? {}
  }
}

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

function reservationIn(item: Item): Stored<Reservation> | undefined {
  const text: unknown = item['text']
  return typeof text === 'string' ? { version: Number(item['version']), value: readReservationText(text) } : undefined
}
