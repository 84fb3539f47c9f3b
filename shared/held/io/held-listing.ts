import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { eventOf, type HeldEventRecord, type HeldShelves, type Item } from './held-record.ts'
import { PIECE, type Place, SHELVES } from './held-table.ts'

/** The first part of a shelf's name. */
export type ShelfKind = 'parked' | 'quarantine' | 'ahead' | 'discarded'

export interface HeldList {
  readonly events: readonly HeldEventRecord[]
  /** Where to go on; `undefined`: that was all. */
  readonly next: Place | undefined
}

/** Only the events of an account, with a reason, of a service, on one shelf; `undefined`: all. */
export interface HeldFilter {
  readonly account?: string | undefined
  readonly reason?: string | undefined
  readonly service?: string | undefined
  readonly shelf?: string | undefined
}

/**
 * What one call reads at most: a listing answers in time, and fits into what a function may answer (AWS: 6 MB).
 *
 * A read brings up to 1 MB (AWS) whether events pass the filter or not; a hundred of them are some seconds.
 */
export const READS_A_CALL = 100
const ITEMS_A_READ = 200
const ORIGINAL_BYTES = 1024 * 1024

/** Sorts before every entry of a shelf. */
export const START = ' '

/**
 * Lists held events, shelf by shelf in the order of their names, then by entry (time first).
 *
 * May be short of `limit`, or empty, although more follow: `next` says so, and goes on behind what was looked through.
 */
export async function listHeld(
  table: HeldShelves,
  kind: ShelfKind,
  {
    after,
    limit,
    filter = {},
  }: { readonly after: Place | undefined; readonly limit: number; readonly filter?: HeldFilter },
): Promise<HeldList> {
  const events: HeldEventRecord[] = []
  let [reads, bytes, place] = [0, 0, after]
  const shelves = filter.shelf === undefined ? await shelvesFrom(table, kind, after?.shelf) : [filter.shelf]
  for (const shelf of shelves) {
    let from: Place | undefined = place?.shelf === shelf ? place : { shelf, entry: START }
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

export interface ShelfRead extends HeldList {
  /** Why events could not be read; they stay, and hold up no other. */
  readonly errors: readonly unknown[]
}

/** The next events of one shelf, by one read, and where it goes on. */
export async function readEvents(table: HeldShelves, after: Place, limit: number): Promise<ShelfRead> {
  const { items, end } = await readShelf(table, after, {}, limit)
  const read = await Promise.allSettled(items.map((item) => eventOf(table, item)))
  return {
    events: read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    errors: read.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
    next: end,
  }
}

/** Names of shelves from one on, in order, at most `READS_A_CALL`; an empty shelf stays listed. */
export async function shelvesFrom(
  table: HeldShelves,
  kind: ShelfKind,
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
  { shelf, entry }: Place,
  { account, reason, service }: HeldFilter,
  limit: number,
): Promise<{ readonly items: readonly Item[]; readonly end: Place | undefined }> {
  const wanted = Object.entries({ account, reason, service }).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  )
  const { Items = [], LastEvaluatedKey }: Answer = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'shelf = :shelf AND #entry > :after',
      ...(wanted.length > 0 && { FilterExpression: wanted.map(({ name }) => `#${name} = :${name}`).join(' AND ') }),
      ExpressionAttributeNames: {
        '#entry': 'entry',
        ...Object.fromEntries(wanted.map(({ name }) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ':shelf': shelf,
        ':after': entry,
        ...Object.fromEntries(wanted.map(({ name, value }) => [`:${name}`, value])),
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
