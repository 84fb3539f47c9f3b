import { type Instant, MINUTE_MS } from '../../time/instant.ts'
import type { Page, PageHeader } from '../page/page.ts'
import { type LogTable, lastPageWhere, readHead, readPages } from './log-table.ts'

const PAGES_A_REQUEST = 100

/**
 * An event's time is at most five minutes ahead of its writer's clock, so no page that was written this much before a time
 * has an event of it. The rest is for writers' clocks that are apart: were it less than that, events would be missed.
 */
const WRITTEN_BEFORE_MS = 60 * MINUTE_MS

/**
 * The pages in which events from a time on may stand, in order, up to the head as it is when this begins.
 *
 * An event's time may be ahead of its page by the few minutes that clocks may be; it may come late by anything. So the
 * first page is found by its writing time, not by its log time, which stands still while ids carry no time.
 *
 * @param from the page to go on with; `undefined`: from the first of them
 */
export async function* pagesSince(log: LogTable, account: string, time: Instant, from?: number): AsyncGenerator<Page> {
  const head = await readHead(log, account)
  if (head === undefined) return
  let next = from ?? (await lastWrittenBefore(log, head.header, time - WRITTEN_BEFORE_MS))
  while (next <= head.header.seq) {
    const to = head.header.seq
    const pages = await readPages(log, account, { from: next, to, limit: PAGES_A_REQUEST })
    const last = pages.at(-1)
    if (last === undefined) return
    yield* pages
    next = last.header.seq + 1
  }
}

/** A page that was written before a time, with none of that time before it; 1 when even the first is later. */
export const lastWrittenBefore = (
  log: LogTable,
  head: Pick<PageHeader, 'account' | 'seq'>,
  time: Instant,
): Promise<number> => lastPageWhere(log, head, ({ writtenAt }) => writtenAt < time)
