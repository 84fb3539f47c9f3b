import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Instant } from '../time/instant.ts'
import type { Documents } from './document-client.ts'
import { SHELVES } from './held-table.ts'
import { unpack } from './pack.ts'

/** The table of held events, for looking only. */
export interface HeldShelves {
  readonly documents: Documents
  readonly name: string
}

/** An event on a shelf, as it is read back. */
export interface HeldEventRecord {
  readonly shelf: string
  readonly entry: string
  readonly reason: string
  readonly path: string
  readonly detail: string
  readonly account: string | undefined
  readonly source: string | undefined
  readonly id: string | undefined
  readonly service: string | undefined
  /** Meters without a price; of parked events. */
  readonly missing: readonly string[]
  /** ISO; of parked events. */
  readonly eventTime: string | undefined
  readonly messageId: string
  readonly index: number
  readonly heldAt: Instant
  /** Tells this event from another with its identity; of parked events. */
  readonly fingerprint: string | undefined
  readonly original: string
}

/** A place in the list of all shelves of a kind. */
export interface HeldPlace {
  readonly shelf: string
  readonly entry: string
}

export interface HeldList {
  readonly events: readonly HeldEventRecord[]
  /** Where to go on; `undefined`: that was all. */
  readonly next: HeldPlace | undefined
}

/** Only the events of an account, or with a reason; `undefined`: all. */
export interface HeldFilter {
  readonly account?: string | undefined
  readonly reason?: string | undefined
}

/**
 * What one call reads at most: a listing answers in time, and fits into what a function may answer (AWS: 6 MB).
 *
 * A read brings up to 1 MB (AWS) whether events pass the filter or not; a hundred of them are some seconds.
 */
export const READS_A_CALL = 100
const ITEMS_A_READ = 200
const ORIGINAL_BYTES = 1024 * 1024
const UNPACKED_BYTES = 4 * 1024 * 1024

/** Sorts before every entry of a shelf. */
export const START = ' '
const PIECE = '#part-'

/**
 * Lists held events, shelf by shelf in the order of their names, then by entry (time first).
 *
 * May be short of `limit`, or empty, although more follow: `next` says so, and goes on behind what was looked through.
 */
export async function listHeld(
  table: HeldShelves,
  kind: 'parked' | 'quarantine',
  {
    after,
    limit,
    filter = {},
  }: { readonly after: HeldPlace | undefined; readonly limit: number; readonly filter?: HeldFilter },
): Promise<HeldList> {
  const events: HeldEventRecord[] = []
  let [reads, bytes, place] = [0, 0, after]
  const shelves = await shelvesFrom(table, kind, after?.shelf)
  for (const shelf of shelves) {
    let from: HeldPlace | undefined = place?.shelf === shelf ? place : { shelf, entry: START }
    for (; from !== undefined; reads += 1) {
      place = from
      if (reads === READS_A_CALL) return { events, next: place }
      const { items, end } = await readShelf(table, from, filter, limit - events.length)
      for (const item of items) {
        const event = await eventOf(table, item)
        events.push(event)
        place = { shelf, entry: event.entry }
        bytes += Buffer.byteLength(event.original)
        if (events.length >= limit || bytes >= ORIGINAL_BYTES) return { events, next: place }
      }
      from = end
    }
  }
  return { events, next: shelves.length < READS_A_CALL ? undefined : place }
}

/** The next events of one shelf, by one read, and where it goes on. */
export async function readEvents(table: HeldShelves, shelf: string, after: string, limit: number): Promise<HeldList> {
  const { items, end } = await readShelf(table, { shelf, entry: after }, {}, limit)
  return { events: await Promise.all(items.map((item) => eventOf(table, item))), next: end }
}

/** Names of shelves from one on, in order, at most `READS_A_CALL`; an empty shelf stays listed. */
export async function shelvesFrom(
  table: HeldShelves,
  kind: 'parked' | 'quarantine',
  first: string | undefined,
): Promise<readonly string[]> {
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'shelf = :shelves AND #entry BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#entry': 'entry' },
      // `$` follows `#`: nothing of this kind sorts after it.
      ExpressionAttributeValues: { ':shelves': SHELVES, ':from': first ?? `${kind}#`, ':to': `${kind}$` },
      Limit: READS_A_CALL,
      ConsistentRead: true,
    }),
  )
  return Items.map((item) => String(item['entry']))
}

type Item = Readonly<Record<string, unknown>>

interface Answer {
  readonly Items?: readonly Item[] | undefined
  readonly LastEvaluatedKey?: Item | undefined
}

/**
 * The next events of a shelf that pass the filter, and where the shelf goes on.
 *
 * The pieces of large originals stand between the events: they have no account and no reason, and are read with theirs.
 */
async function readShelf(
  table: HeldShelves,
  { shelf, entry }: HeldPlace,
  { account, reason }: HeldFilter,
  limit: number,
): Promise<{ readonly items: readonly Item[]; readonly end: HeldPlace | undefined }> {
  const wanted = [
    ...(account === undefined ? [] : ['account = :account']),
    ...(reason === undefined ? [] : ['#reason = :reason']),
  ]
  const { Items = [], LastEvaluatedKey }: Answer = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'shelf = :shelf AND #entry > :after',
      ...(wanted.length > 0 && { FilterExpression: wanted.join(' AND ') }),
      ExpressionAttributeNames: { '#entry': 'entry', ...(reason !== undefined && { '#reason': 'reason' }) },
      ExpressionAttributeValues: {
        ':shelf': shelf,
        ':after': entry,
        ...(account !== undefined && { ':account': account }),
        ...(reason !== undefined && { ':reason': reason }),
      },
      // Before the filter: with one, few of many may pass.
      Limit: wanted.length === 0 ? limit : ITEMS_A_READ,
      ConsistentRead: true,
    }),
  )
  return {
    items: Items.filter((item) => !String(item['entry']).includes(PIECE)),
    end: LastEvaluatedKey && { shelf, entry: String(LastEvaluatedKey['entry']) },
  }
}

async function eventOf(table: HeldShelves, item: Item): Promise<HeldEventRecord> {
  const text = (name: string) => (item[name] === undefined ? undefined : String(item[name]))
  return {
    shelf: String(item['shelf']),
    entry: String(item['entry']),
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
    original: unpack(await packedOriginal(table, item), UNPACKED_BYTES),
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
