import { EVENTS_A_REQUEST, type OpenList } from '../../shared/api/held/held-decision.ts'
import { readPlace, writePlace } from '../../shared/api/held/held-event.ts'
import { listHeld } from '../../shared/held/io/held-listing.ts'
import { type HeldEventRecord, readHeldEvent } from '../../shared/held/io/held-record.ts'
import type { HeldTable } from '../../shared/held/io/held-table.ts'

/** Which events of a list a request names. */
export interface Which {
  readonly day?: string | undefined
  readonly account?: string | undefined
  readonly service?: string | undefined
  readonly reason?: string | undefined
  readonly entries?: readonly string[] | undefined
}

export interface Selection {
  readonly events: readonly HeldEventRecord[]
  /** Where the next request goes on; `undefined`: that was all. */
  readonly next: string | undefined
}

/** The next events that fit all that is given; those that are gone by now are left out. */
export async function selectHeld(
  held: HeldTable,
  list: OpenList,
  { entries, day, ...filter }: Which,
  after: string | undefined,
): Promise<Selection> {
  const shelf = day === undefined ? undefined : `${list}#${day}`
  if (entries === undefined) {
    const from = after === undefined ? undefined : readPlace(list, after)
    const { events, next } = await listHeld(held, list, {
      after: from,
      limit: EVENTS_A_REQUEST,
      filter: { ...filter, shelf },
    })
    return { events, next: next && writePlace(list, next) }
  }
  const named = await Promise.all(entries.map((entry) => readHeldEvent(held, readPlace(list, entry))))
  const fits = (event: HeldEventRecord): boolean =>
    (shelf === undefined || event.shelf === shelf) &&
    (['account', 'service', 'reason'] as const).every((name) => [undefined, event[name]].includes(filter[name]))
  return { events: named.flatMap((event) => (event !== undefined && fits(event) ? [event] : [])), next: undefined }
}
