import type { Entry } from '../entries/entries.ts'
import { type LogTable, readPages } from './log-table.ts'

/** Where an entry stands. */
export interface EntryPlace {
  readonly page: number
  readonly position: number
}

interface PlacedEntry extends EntryPlace {
  readonly entry: Entry
}

interface EntryList {
  readonly entries: readonly PlacedEntry[]
  /** Whether the log goes on after the last of them. */
  readonly hasMore: boolean
}

/** Pages a request: one of a thousand entries holds them all, ten of a hundred too. */
const PAGES_AT_ONCE = 20

/** Of packed pages; those of charges have 40 bytes an entry, the largest entries unpack to some hundred KB each. */
const PACKED_BYTES = 4 * 1024 * 1024

/**
 * Entries after a place, in the order of the log; pages are never changed, so a place stays where it is.
 *
 * May be short of `limit` although there is more, where entries are large.
 *
 * @returns `undefined` for an account without a log
 */
export async function readEntries(
  log: LogTable,
  account: string,
  { after, limit }: { readonly after: EntryPlace | undefined; readonly limit: number },
): Promise<EntryList | undefined> {
  const entries: PlacedEntry[] = []
  let from = after?.page ?? 1
  let bytes = 0
  for (;;) {
    const pages = await readPages(log, account, { from, to: Number.MAX_SAFE_INTEGER, limit: PAGES_AT_ONCE })
    for (const { header, entries: held, body } of pages) {
      if (bytes > PACKED_BYTES && entries.length > 0) return { entries, hasMore: true }
      bytes += body.length
      for (const [position, entry] of held.entries()) {
        if (header.seq === after?.page && position <= after.position) continue
        if (entries.length === limit) return { entries, hasMore: true }
        entries.push({ entry, page: header.seq, position })
      }
    }
    const last = pages.at(-1)?.header.seq
    if (last === undefined) return from === 1 ? undefined : { entries, hasMore: false }
    if (pages.length < PAGES_AT_ONCE) return { entries, hasMore: false }
    from = last + 1
  }
}
