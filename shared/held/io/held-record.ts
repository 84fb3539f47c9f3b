import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { unpack } from '../../ledger/io/page-item.ts'
import type { Instant } from '../../time/instant.ts'
import { type AnyHeldEvent, PIECE, type Place } from './held-table.ts'

/** The table of held events, for looking only. */
export interface HeldShelves {
  readonly documents: Documents
  readonly name: string
}

/** Who decided that an event is never charged, when and why. */
export interface Discarding {
  readonly actor: string
  readonly at: Instant
  readonly reason: string
  readonly reference: string | undefined
}

/** The time that an entry of a shelf begins with: `2026-11-23T10:15:30.123Z`. */
export const timeOfEntry = (entry: string): string => entry.slice(0, '2026-11-23T10:15:30.123Z'.length)

/** An event on a shelf, as it is read back. */
export interface HeldEventRecord {
  readonly shelf: string
  readonly entry: string
  /** As what it is held; of discarded ones: was held. */
  readonly kind: AnyHeldEvent['kind']
  readonly reason: string
  readonly path: string
  readonly detail: string
  readonly account: string | undefined
  readonly source: string | undefined
  readonly id: string | undefined
  readonly service: string | undefined
  /** Meters without a price; of parked events. */
  readonly missing: readonly string[]
  /** ISO; of valid events. */
  readonly eventTime: string | undefined
  readonly messageId: string
  readonly index: number
  readonly heldAt: Instant
  /** Tells this event from another with its identity; of valid events. */
  readonly fingerprint: string | undefined
  /** Of discarded events. */
  readonly discarding: Discarding | undefined
  readonly original: string
  /** Pieces of the original beside the first. */
  readonly parts: number
}

const UNPACKED_BYTES = 4 * 1024 * 1024

interface Answer {
  readonly Items?: readonly Item[] | undefined
  readonly LastEvaluatedKey?: Item | undefined
}

export type Item = Readonly<Record<string, unknown>>

/** The event at a place; `undefined`: none. */
export async function readHeldEvent(table: HeldShelves, { shelf, entry }: Place): Promise<HeldEventRecord | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { shelf, entry }, ConsistentRead: true }),
  )
  return Item === undefined ? undefined : await eventOf(table, Item)
}

/** @throws Error when its original is not whole */
export async function eventOf(table: HeldShelves, item: Item): Promise<HeldEventRecord> {
  const text = (name: string) => (item[name] === undefined ? undefined : String(item[name]))
  return {
    shelf: String(item['shelf']),
    entry: String(item['entry']),
    kind: String(item['kind']) as HeldEventRecord['kind'],
    reason: String(item['reason']),
    path: String(item['path']),
    detail: String(item['detail']),
    account: text('account'),
    source: text('source'),
    id: text('id'),
    service: text('service'),
    missing: ((item['missing'] ?? []) as readonly unknown[]).map(String),
    eventTime: text('eventTime'),
    messageId: String(item['messageId']),
    index: Number(item['index']),
    heldAt: Number(item['heldAt']),
    fingerprint: text('fingerprint'),
    discarding: discardingOf(item),
    parts: Number(item['parts'] ?? 0),
    original: unpack(await packedOriginal(table, item), UNPACKED_BYTES),
  }
}

function discardingOf(item: Item): Discarding | undefined {
  if (item['discardedAt'] === undefined) return undefined
  return {
    actor: String(item['discardedBy']),
    at: Number(item['discardedAt']),
    reason: String(item['discardedFor']),
    reference: item['reference'] === undefined ? undefined : String(item['reference']),
  }
}

/** @throws Error when a piece is missing: an original is given back to the letter, or not at all */
async function packedOriginal(table: HeldShelves, item: Item): Promise<Uint8Array> {
  const pieces = [item['original'] as Uint8Array]
  const expected = Number(item['parts'] ?? 0)
  if (expected === 0) return pieces[0] ?? new Uint8Array()
  const prefix = `${String(item['entry'])}${PIECE}`
  let after: Item | undefined
  do {
    const { Items = [], LastEvaluatedKey }: Answer = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'shelf = :shelf AND begins_with(#entry, :prefix)',
        ExpressionAttributeNames: { '#entry': 'entry' },
        ExpressionAttributeValues: { ':shelf': item['shelf'], ':prefix': prefix },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    pieces.push(...Items.map((piece) => piece['original'] as Uint8Array))
    after = LastEvaluatedKey
  } while (after !== undefined)
  if (pieces.length !== expected + 1) throw new Error(`${prefix}* has ${pieces.length - 1} pieces, not ${expected}`)
  return Buffer.concat(pieces)
}
