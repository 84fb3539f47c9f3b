import type { Page } from '../../shared/account-log/page.ts'
import { archivePage, type PageArchive } from '../../shared/store/page-archive.ts'
import { atOnce } from './at-once.ts'

/** Brings pages into the archive. */
export interface Archiver {
  /**
   * Archives the pages after an account's cursor; the cursor moves only past pages that were.
   *
   * @param pages of one account, in order, from the cursor on
   */
  readonly archive: (pages: readonly Page[]) => Promise<void>
}

const PUTS_AT_ONCE = 10
const REMEMBERED_ACCOUNTS = 10_000

/** An archiver that knows which pages this process has put, so that a tail that is read again is not put again. */
export function archiverOf(to: PageArchive): Archiver {
  const archivedUpTo = new Map<string, number>()
  return {
    archive: async (pages) => {
      const [first] = pages
      const last = pages.at(-1)
      if (first === undefined || last === undefined) return
      const { account } = first.header
      const known = archivedUpTo.get(account) ?? 0
      await atOnce(
        PUTS_AT_ONCE,
        pages.filter(({ header }) => header.seq > known),
        (page) => archivePage(to, page),
      )
      archivedUpTo.delete(account)
      archivedUpTo.set(account, Math.max(known, last.header.seq))
      const [oldest] = archivedUpTo.keys()
      if (archivedUpTo.size > REMEMBERED_ACCOUNTS && oldest !== undefined) archivedUpTo.delete(oldest)
    },
  }
}
