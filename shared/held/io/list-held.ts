import { utf8Length } from '../../text/utf8.ts'
import type { Place, ShelfKind } from '../held-event.ts'
import type { HeldEventRecord } from '../held-record.ts'
import { type HeldFilter, type HeldTable, SHELVES_A_READ, START } from './held-table.ts'

export interface HeldList {
  readonly events: readonly HeldEventRecord[]
  /** The place to go on; `undefined`: that was all. */
  readonly next: Place | undefined
}

/**
 * The most reads of one call: a listing answers in time. A read brings up to 1 MB (AWS) whether events pass the filter or not;
 * a hundred of them are some seconds.
 */
const READS_A_CALL = 100

/** Keeps an answer below AWS's 6 MB. */
const ORIGINAL_BYTES = 1024 * 1024

/**
 * Lists held events, shelf by shelf in the order of their names, then by entry (time first).
 *
 * May have fewer than `limit` events, or none, although more follow: then `next` goes on after the last event looked at.
 */
export async function listHeld(
  table: HeldTable,
  kind: ShelfKind,
  {
    after,
    limit,
    filter = {},
  }: {
    readonly after: Place | undefined
    readonly limit: number
    readonly filter?: HeldFilter & { readonly shelf?: string | undefined }
  },
): Promise<HeldList> {
  const events: HeldEventRecord[] = []
  let [reads, bytes, place] = [0, 0, after]
  const shelves = filter.shelf === undefined ? await table.shelvesFrom(kind, after?.shelf) : [filter.shelf]
  for (const shelf of shelves) {
    let from: Place | undefined = place?.shelf === shelf ? place : { shelf, entry: START }
    for (; from !== undefined; reads += 1) {
      place = from
      if (reads === READS_A_CALL) return { events, next: place }
      const { items, next } = await table.itemsAfter(from, limit - events.length, filter)
      for (const item of items) {
        const event = await table.recordOf(item)
        events.push(event)
        place = { shelf, entry: event.entry }
        bytes += utf8Length(event.original)
        if (events.length >= limit || bytes >= ORIGINAL_BYTES) return { events, next: place }
      }
      from = next
    }
  }
  return { events, next: shelves.length < SHELVES_A_READ ? undefined : place }
}

/** The events that a person decides on: those that match every given field. */
export interface Selection {
  readonly day?: string | undefined
  readonly account?: string | undefined
  readonly service?: string | undefined
  readonly reason?: string | undefined
  /** These alone. */
  readonly places?: readonly Place[] | undefined
}

/** The next events of a selection. It leaves out events that were removed meanwhile. */
export async function selectHeld(
  table: HeldTable,
  kind: ShelfKind,
  { places, day, ...filter }: Selection,
  { after, limit }: { readonly after: Place | undefined; readonly limit: number },
): Promise<HeldList> {
  const shelf = day === undefined ? undefined : `${kind}#${day}`
  if (places === undefined) return await listHeld(table, kind, { after, limit, filter: { ...filter, shelf } })
  const named = await Promise.all(places.map((place) => table.read(place)))
  const fits = (event: HeldEventRecord): boolean =>
    (shelf === undefined || event.shelf === shelf) &&
    (['account', 'service', 'reason'] as const).every((name) => [undefined, event[name]].includes(filter[name]))
  return { events: named.flatMap((event) => (event !== undefined && fits(event) ? [event] : [])), next: undefined }
}
