import type { SetAside } from '../../shared/events/io/event-bus.ts'
import { putAside } from '../../shared/events/io/set-aside.ts'
import type { IdIndex } from '../../shared/ledger/coverage/id-index.ts'
import { firstUnsealed, lastSealed, Sealing } from '../../shared/ledger/coverage/sealing.ts'
import { type Archive, archivePages } from '../../shared/ledger/io/archive/page-archive.ts'
import { type LogTable, lastSeqBefore, readPages } from '../../shared/ledger/io/log-table.ts'
import { putIndex } from '../../shared/ledger/io/search/id-indexes.ts'
import { epochOf, type Page, type PageHeader } from '../../shared/ledger/page/page.ts'

const REMEMBERED_ACCOUNTS = 10_000

/** Puts pages into the archive, with indexes of their ids and the notices that the bus will never take. */
export class Archiver {
  readonly #archive: Archive
  /** By account: the newest page that this process has put, so that a tail that is read again is not put again. */
  readonly #archivedUpTo = new Map<string, { readonly epoch: number; readonly seq: number }>()

  constructor(archive: Archive) {
    this.#archive = archive
  }

  /**
   * Archives the pages after an account's cursor; the cursor moves only past archived pages.
   *
   * @param pages of one account, one after another
   */
  async archive(pages: readonly Page[]): Promise<void> {
    const last = pages.at(-1)?.header
    if (last === undefined) return
    const epoch = epochOf(last)
    const before = this.#archivedUpTo.get(last.account)
    // After a restore, other pages have the same numbers.
    const known = before?.epoch === epoch ? before.seq : 0
    const fresh = pages.filter(({ header }) => header.seq > known)
    if (fresh.length > 0) await archivePages(this.#archive, fresh)
    this.#archivedUpTo.delete(last.account)
    this.#archivedUpTo.set(last.account, { epoch, seq: Math.max(known, last.seq) })
    const [oldest] = this.#archivedUpTo.keys()
    if (this.#archivedUpTo.size > REMEMBERED_ACCOUNTS && oldest !== undefined) this.#archivedUpTo.delete(oldest)
  }

  putIndex(index: IdIndex): Promise<void> {
    return putIndex(this.#archive, index)
  }

  /** Keeps a notice of an account that the bus will never take. */
  setAside(account: string, notice: SetAside): Promise<void> {
    return putAside(this.#archive, account, notice)
  }
}

const PAGES_AT_ONCE = 50

/** Fewer pages than these need no index: two requests of a search read them. */
const PAGES_WORTH_AN_INDEX = 16

/**
 * Puts an index of the ids of each bucket that the log has sealed between two of its pages, so that one read finds
 * a late event.
 *
 * A bucket spans the pages of forty minutes; they are read again, a piece at a time. When time runs out it leaves buckets
 * without an index: a search then reads the log for late events.
 *
 * @param before the page that the cursor stands at; `undefined`: nothing was followed yet
 * @param head the page that the cursor will stand at
 */
export async function sealBuckets(
  { log, archiver }: { readonly log: LogTable; readonly archiver: Archiver },
  before: PageHeader | undefined,
  head: PageHeader,
  hasTime: () => boolean,
): Promise<void> {
  const first = before === undefined ? 0 : firstUnsealed(before.logTime)
  if (lastSealed(head.logTime) < first) return
  const seals = new Sealing(first)
  let next = before === undefined ? 1 : await lastSeqBefore(log, head, first)
  while (next <= head.seq && hasTime()) {
    const pages = await readPages(log, head.account, { from: next, to: head.seq, limit: PAGES_AT_ONCE })
    for (const page of pages) {
      for (const index of seals.add(page)) {
        const { from, to } = index.pages
        if (to.seq - from.seq >= PAGES_WORTH_AN_INDEX) await archiver.putIndex(index)
      }
    }
    if (pages.length === 0) return
    next += pages.length
  }
}
