import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { sha256Hex } from '../digest/sha256.ts'
import { plain } from '../money/exact.ts'
import { type MissingPrice, missingReason, missingText } from '../rates/missing-price.ts'
import { type Instant, instantText } from '../time/instant.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import type { Documents } from './document-client.ts'
import { pack } from './pack.ts'

/** The shelves for events that can't be charged: parked (valid, no price yet) and quarantined (not valid). */
export interface HeldTable {
  readonly documents: Documents
  readonly name: string
  /** Shelves that this process has listed in the directory. */
  readonly listed: Set<string>
}

interface HeldEvent {
  readonly messageId: string
  /** Place in the message, from 0. */
  readonly index: number
  /** What the publisher sent, to the letter. */
  readonly original: string
  readonly heldAt: Instant
}

export interface ParkedEvent extends HeldEvent {
  readonly kind: 'parked'
  readonly event: UsageEvent
  readonly missing: readonly MissingPrice[]
  /** The key of the event's identity. */
  readonly identity: string
}

export interface QuarantinedEvent extends HeldEvent {
  readonly kind: 'quarantined'
  readonly reason: string
  /** JSON pointer into the event. */
  readonly path: string
  readonly detail: string
  /** When the message was sent: the same at every receive, so that a redelivery writes the same item again. */
  readonly sentAt: Instant
  /** If it could be read at all. */
  readonly event: Pick<UsageEvent, 'account' | 'source' | 'id' | 'service'> | undefined
}

/** Lists the shelves. */
export const SHELVES = 'shelves'

/** AWS: an item holds 400 KB. Larger originals go on in items of their own. */
const PIECE_BYTES = 300 * 1024

/** `occupied`: another event with this identity and time is parked already. */
export type Shelved = 'shelved' | 'occupied'

/** Puts an event on its shelf, whole and once: the same event or message again changes nothing. */
export async function shelve(table: HeldTable, held: ParkedEvent | QuarantinedEvent): Promise<Shelved> {
  const item = held.kind === 'parked' ? parkedItem(held) : quarantinedItem(held)
  const packed = pack(held.original)
  const pieces = Array.from({ length: Math.max(1, Math.ceil(packed.length / PIECE_BYTES)) }, (_, piece) =>
    packed.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES),
  )
  await list(table, item.shelf)
  for (const [piece, original] of pieces.entries()) {
    if (piece > 0)
      await put(table, { shelf: item.shelf, entry: `${item.entry}#part-${String(piece).padStart(4, '0')}`, original })
  }
  return await put(table, { ...item, original: pieces[0], ...(pieces.length > 1 && { parts: pieces.length - 1 }) })
}

/** The directory comes first: an event on a shelf that nobody lists would be lost. */
async function list(table: HeldTable, shelf: string): Promise<void> {
  if (table.listed.has(shelf)) return
  await put(table, { shelf: SHELVES, entry: shelf })
  table.listed.add(shelf)
}

async function put(table: HeldTable, item: Readonly<Record<string, unknown>>): Promise<Shelved> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: item,
        ...('fingerprint' in item && {
          ConditionExpression: 'attribute_not_exists(shelf) OR fingerprint = :fingerprint',
          ExpressionAttributeValues: { ':fingerprint': item['fingerprint'] },
        }),
      }),
    )
    return 'shelved'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'occupied'
    throw error
  }
}

function parkedItem({ event, missing, identity, messageId, index, heldAt }: ParkedEvent) {
  const { account, source, id, service } = event
  const meters = missing.map(({ meter }) => meter)
  const reason = missingReason(missing)
  return {
    shelf: `parked#${service}#${meters[0] ?? ''}`,
    entry: `${instantText(event.time)}#${identity}`,
    kind: 'parked',
    reason,
    path: reason === 'rate.variant' ? '/data/variant' : '/data/quantities',
    detail: missingText(missing, service),
    fingerprint: fingerprintOf(event),
    ...{ account, source, id, service, missing: meters, eventTime: instantText(event.time), messageId, index, heldAt },
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

function quarantinedItem({ event, reason, path, detail, sentAt, messageId, index, heldAt }: QuarantinedEvent) {
  const at = instantText(sentAt)
  return {
    shelf: `quarantine#${at.slice(0, 10)}`,
    entry: `${at}#${messageId}#${index}`,
    kind: 'quarantined',
    ...{ reason, path, detail, messageId, index, heldAt },
    ...(event && { account: event.account, source: event.source, id: event.id, service: event.service }),
  }
}
