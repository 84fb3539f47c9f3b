import { firstUnsealed, lastSealed, sealing } from '../../shared/ledger/coverage/sealing.ts'
import { readPages } from '../../shared/ledger/io/log-table.ts'
import { lastSeqBefore } from '../../shared/ledger/io/search/look.ts'
import type { PageHeader } from '../../shared/ledger/page/page.ts'
import type { Ports } from './ports.ts'

const PAGES_AT_ONCE = 50

/** Pages that two requests of a search bring: they need no index. */
const PAGES_WORTH_AN_INDEX = 16

type Follower = Pick<Ports, 'log' | 'archiver'>

/**
 * Puts an index of the ids of each bucket that the log has sealed between two of its pages, so that a late event is
 * looked for by one read.
 *
 * A bucket spans the pages of forty minutes: they are read once more, a piece at a time. Out of time it leaves buckets
 * without: then a late event of theirs is looked for in the log.
 *
 * @param before the page that the cursor stands at; `undefined`: nothing was followed yet
 * @param head the page that the cursor will stand at
 */
export async function sealBuckets(
  { log, archiver }: Follower,
  before: PageHeader | undefined,
  head: PageHeader,
  hasTime: () => boolean,
): Promise<void> {
  const first = before === undefined ? 0 : firstUnsealed(before.logTime)
  if (lastSealed(head.logTime) < first) return
  const seals = sealing(first)
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
