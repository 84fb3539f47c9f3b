import type { Entry } from '../entries/entries.ts'
import { type LogTable, readPages } from './log-table.ts'
import type { EntryPlace } from './read-entries.ts'

/** Pages of one request; so many are read and unpacked in a second or two. */
const PAGES_OF_ONE = 400
const PAGES_AT_ONCE = 100

export interface ScannedBack<T> {
  readonly found: readonly { readonly place: EntryPlace; readonly item: T }[]
  /** Where to go on before; `undefined`: the log has nothing older. */
  readonly next: EntryPlace | undefined
}

/**
 * Goes through a log from a place back, newest first, and picks what is sought: until `limit` were found, or so many pages were read.
 *
 * A log of charges has few entries of another kind: an answer may have none at all, and where to go on.
 *
 * @param before entries older than this one
 */
export async function scanBack<T>(
  log: LogTable,
  account: string,
  { before, limit }: { readonly before: EntryPlace; readonly limit: number },
  pick: (entry: Entry, place: EntryPlace) => T | undefined,
): Promise<ScannedBack<T>> {
  const found: { place: EntryPlace; item: T }[] = []
  let to = before.position > 0 ? before.page : before.page - 1
  for (let read = 0; to > 0 && read < PAGES_OF_ONE; read += PAGES_AT_ONCE) {
    const pages = await readPages(log, account, { from: 1, to, limit: PAGES_AT_ONCE, order: 'newest-first' })
    for (const { header, entries } of pages) {
      const first = header.seq === before.page ? before.position - 1 : entries.length - 1
      for (let position = first; position >= 0; position -= 1) {
        const entry = entries[position]
        const place = { page: header.seq, position }
        const item = entry === undefined ? undefined : pick(entry, place)
        if (item === undefined) continue
        found.push({ place, item })
        if (found.length === limit) return { found, next: isFirst(place) ? undefined : place }
      }
    }
    to = (pages.at(-1)?.header.seq ?? 1) - 1
  }
  return { found, next: to > 0 ? { page: to + 1, position: 0 } : undefined }
}

const isFirst = ({ page, position }: EntryPlace): boolean => page === 1 && position === 0

/** Before this everything in the log stands. */
export const END_OF_LOG: EntryPlace = { page: Number.MAX_SAFE_INTEGER, position: 0 }
