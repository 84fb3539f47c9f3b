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

/** Pages of one scan: they are read and unpacked in a second or two. */
const PAGES_OF_ONE = 400
const SCANNED_AT_ONCE = 100

export interface ScannedBack<T> {
  readonly found: readonly { readonly place: EntryPlace; readonly item: T }[]
  /** Where to go on before; `undefined`: the log has nothing older. */
  readonly next: EntryPlace | undefined
}

/**
 * Reads a log backwards from a place and picks what `pick` wants: until `limit` were found, or the pages of one scan were read.
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
  for (let read = 0; to > 0 && read < PAGES_OF_ONE; read += SCANNED_AT_ONCE) {
    const pages = await readPages(log, account, { from: 1, to, limit: SCANNED_AT_ONCE, order: 'newest-first' })
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
