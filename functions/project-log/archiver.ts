import type { SetAside } from '../../shared/events/io/event-bus.ts'
import { putAside } from '../../shared/events/io/set-aside.ts'
import type { IdIndex } from '../../shared/ledger/coverage/id-index.ts'
import { type Archive, archivePages } from '../../shared/ledger/io/archive/page-archive.ts'
import { putIndex } from '../../shared/ledger/io/search/id-indexes.ts'
import { epochOf } from '../../shared/ledger/page/epoch.ts'
import type { Page } from '../../shared/ledger/page/page.ts'

/** Brings pages into the archive, and indexes of their ids. */
export interface Archiver {
  /**
   * Archives the pages after an account's cursor; the cursor moves only past pages that were.
   *
   * @param pages of one account, one after another
   */
  readonly archive: (pages: readonly Page[]) => Promise<void>
  readonly putIndex: (index: IdIndex) => Promise<void>
  /** Keeps a notice of an account that the bus will never take. */
  readonly setAside: (account: string, notice: SetAside) => Promise<void>
}

interface Place {
  readonly epoch: number
  readonly seq: number
}

const REMEMBERED_ACCOUNTS = 10_000

/** An archiver that knows which pages this process has put, so that a tail that is read again is not put again. */
export function archiverOf(to: Archive): Archiver {
  const archivedUpTo = new Map<string, Place>()
  return {
    putIndex: (index) => putIndex(to, index),
    setAside: (account, notice) => putAside(to, account, notice),
    archive: async (pages) => {
      const last = pages.at(-1)?.header
      if (last === undefined) return
      const epoch = epochOf(last)
      const before = archivedUpTo.get(last.account)
      // After a restore the same numbers are other pages.
      const known = before?.epoch === epoch ? before.seq : 0
      const fresh = pages.filter(({ header }) => header.seq > known)
      if (fresh.length > 0) await archivePages(to, fresh)
      archivedUpTo.delete(last.account)
      archivedUpTo.set(last.account, { epoch, seq: Math.max(known, last.seq) })
      const [oldest] = archivedUpTo.keys()
      if (archivedUpTo.size > REMEMBERED_ACCOUNTS && oldest !== undefined) archivedUpTo.delete(oldest)
    },
  }
}
