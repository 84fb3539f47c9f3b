import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb'
import { Table } from '../../aws/table.ts'
import { sha256Hex } from '../../digest/sha256.ts'
import { pack } from '../../ledger/io/page-item.ts'
import { plain } from '../../money/exact.ts'
import { type MissingPrice, missingReason, missingText } from '../../pricing/charge/missing-price.ts'
import { type Instant, instantText } from '../../time/instant.ts'
import type { EventNames } from '../../usage/read-event.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'

/**
 * The shelves for events that are not charged: parked (valid, no price yet), ahead (their time has not come), quarantined (not
 * valid), and discarded ones (a person has decided).
 */
export class HeldTable extends Table {
  /** Shelves that this process has listed in the directory. */
  readonly listed = new Set<string>()
}

/** Where an event lies. */
export interface Place {
  readonly shelf: string
  readonly entry: string
}

interface HeldEvent {
  readonly messageId: string
  /** Place in the message, from 0. */
  readonly index: number
  /** What the publisher sent, to the letter. */
  readonly original: string
  readonly heldAt: Instant
}

interface ValidEvent extends HeldEvent {
  readonly event: UsageEvent
  /** The key of the event's identity. */
  readonly identity: string
}

export interface ParkedEvent extends ValidEvent {
  readonly kind: 'parked'
  readonly missing: readonly MissingPrice[]
}

interface AheadEvent extends ValidEvent {
  readonly kind: 'ahead'
  /** When it is judged again. */
  readonly until: Instant
}

export interface QuarantinedEvent extends HeldEvent {
  readonly kind: 'quarantined'
  readonly reason: string
  /** JSON pointer into the event. */
  readonly path: string
  readonly detail: string
  /** When the message was sent: the same at every receive, so that a redelivery writes the same item again. */
  readonly sentAt: Instant
  readonly names: EventNames
}

export type AnyHeldEvent = ParkedEvent | AheadEvent | QuarantinedEvent

/** Lists the shelves. */
export const SHELVES = 'shelves'

/** AWS: an item holds 400 KB. Larger originals go on in items of their own. */
const PIECE_BYTES = 300 * 1024

/** `occupied`: another event with this identity and time lies there. */
export type Shelved = 'shelved' | 'occupied'

/** Puts an event on its shelf, whole and once: the same event or message again changes nothing. */
export async function shelve(table: HeldTable, held: AnyHeldEvent): Promise<Shelved> {
  const item = heldItem(held)
  return await putHeld(table, item, pack(held.original), whereNoOtherLies(item))
}

/** What is said of an event beside what was sent. */
type Said = Pick<QuarantinedEvent, 'reason' | 'path' | 'detail' | 'original'> & EventNames

/**
 * Puts what is said of an event anew where it lies, unless just that is said already; one that was taken away meanwhile does not come
 * back.
 */
export async function reshelve(
  table: HeldTable,
  held: AnyHeldEvent,
  said: { readonly [Name in keyof Said]: Said[Name] | undefined },
): Promise<void> {
  const item = heldItem(held)
  const now: Said = { ...item, original: held.original }
  const names = ['reason', 'path', 'detail', 'original', 'account', 'source', 'id', 'service'] as const
  if (names.every((name) => now[name] === said[name])) return
  await putHeld(table, item, pack(held.original), whereItLies(item))
}

/** Where an event is put. */
export function placeOf(held: AnyHeldEvent): Place {
  const { shelf, entry } = heldItem(held)
  return { shelf, entry }
}

function heldItem(held: AnyHeldEvent) {
  switch (held.kind) {
    case 'parked':
      return parkedItem(held)
    case 'ahead':
      return aheadItem(held)
    case 'quarantined':
      return quarantinedItem(held)
  }
}

/** Puts an item with its original, in as many pieces as it takes, on a shelf of the directory. */
export async function putHeld(
  table: HeldTable,
  item: Place & Fields,
  packed: Uint8Array,
  condition: Condition,
): Promise<Shelved> {
  const { shelf, entry } = item
  const pieces = Array.from({ length: Math.max(1, Math.ceil(packed.length / PIECE_BYTES)) }, (_, piece) =>
    packed.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES),
  )
  await list(table, shelf)
  for (const [piece, original] of pieces.entries()) {
    if (piece > 0) await put(table, { shelf, entry: pieceEntry(entry, piece), original }, {})
  }
  const whole = { ...item, original: pieces[0], ...(pieces.length > 1 && { parts: pieces.length - 1 }) }
  return await put(table, whole, condition)
}

type Condition = Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'>
type Fields = Readonly<Record<string, unknown>>

/** A valid event lies under its identity and time; the fingerprint tells it from another. */
const whereNoOtherLies = ({ fingerprint }: Fields): Condition =>
  fingerprint === undefined
    ? {}
    : {
        ConditionExpression: 'attribute_not_exists(shelf) OR fingerprint = :fingerprint',
        ExpressionAttributeValues: { ':fingerprint': fingerprint },
      }

const whereItLies = ({ fingerprint }: Fields): Condition =>
  fingerprint === undefined
    ? { ConditionExpression: 'attribute_exists(shelf)' }
    : { ConditionExpression: 'fingerprint = :fingerprint', ExpressionAttributeValues: { ':fingerprint': fingerprint } }

/** Between the entry of a large event and the number of a piece of it. */
export const PIECE = '#part-'

/** Under what a piece of a large original lies, from 1. */
export const pieceEntry = (entry: string, piece: number): string => `${entry}${PIECE}${String(piece).padStart(4, '0')}`

/** The directory comes first: an event on a shelf that nobody lists would be lost. */
async function list(table: HeldTable, shelf: string): Promise<void> {
  if (table.listed.has(shelf)) return
  await put(table, { shelf: SHELVES, entry: shelf }, {})
  table.listed.add(shelf)
}

async function put(table: HeldTable, item: Fields, condition: Condition): Promise<Shelved> {
  try {
    await table.documents.send(new PutCommand({ TableName: table.name, Item: item, ...condition }))
    return 'shelved'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'occupied'
    throw error
  }
}

/** Of a valid event; the fingerprint tells it from another one at its place. */
const validFields = ({ event, messageId, index, heldAt }: ValidEvent) => ({
  fingerprint: fingerprintOf(event),
  account: event.account,
  source: event.source,
  id: event.id,
  service: event.service,
  eventTime: instantText(event.time),
  messageId,
  index,
  heldAt,
})

function parkedItem(held: ParkedEvent) {
  const { event, missing, identity } = held
  const meters = missing.map(({ meter }) => meter)
  const reason = missingReason(missing)
  return {
    shelf: `parked#${event.service}#${meters[0] ?? ''}`,
    entry: `${instantText(event.time)}#${identity}`,
    kind: held.kind,
    reason,
    path: reason === 'rate.variant' ? '/data/variant' : '/data/quantities',
    detail: missingText(missing, event.service),
    missing: meters,
    ...validFields(held),
  }
}

/** All that wait lie on one shelf, by when they are due: who works it off begins with the first. */
export const AHEAD_SHELF = 'ahead#all'

function aheadItem(held: AheadEvent) {
  const { event, until, identity } = held
  const due = instantText(until)
  return {
    shelf: AHEAD_SHELF,
    entry: `${due}#${identity}`,
    kind: held.kind,
    reason: 'event.ahead',
    path: event.time >= (event.boundAt ?? 0) ? '/time' : '/id',
    detail: `its time is ahead of now; it is charged when that has come, from ${due} on`,
    ...validFields(held),
  }
}

/** Equal for equal events, however they were written. */
function fingerprintOf({ quantities, ...event }: UsageEvent): string {
  const { account, source, id, time, user, group, category, service, variant, reservation } = event
  const amounts = [...quantities].map(([meter, quantity]) => [meter, plain(quantity)])
  return sha256Hex(
    JSON.stringify([account, source, id, time, user, group, category, service, variant, reservation, amounts]),
  )
}

function quarantinedItem({ kind, names, reason, path, detail, sentAt, messageId, index, heldAt }: QuarantinedEvent) {
  const at = instantText(sentAt)
  const { account, source, id, service } = names
  return {
    shelf: `quarantine#${at.slice(0, 10)}`,
    entry: `${at}#${messageId}#${index}`,
    kind,
    reason,
    path,
    detail,
    messageId,
    index,
    heldAt,
    ...(account !== undefined && { account }),
    ...(source !== undefined && { source }),
    ...(id !== undefined && { id }),
    ...(service !== undefined && { service }),
  }
}
