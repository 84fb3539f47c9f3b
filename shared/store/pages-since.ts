import type { Page } from '../account-log/page.ts'
import type { Instant } from '../time/instant.ts'
import { CLOCK_AHEAD_MS } from '../usage/limits.ts'
import { type LogTable, readHead, readPages } from './log-table.ts'
import { lastSeqBefore } from './look.ts'

const PAGES_A_REQUEST = 100

/**
 * The pages in which events from a time on may stand, in order, up to the head as it is when this begins.
 *
 * An event's time may be ahead of the log by the few minutes that publishers' clocks may be; it may come late by anything.
 *
 * @param from the page to go on with; `undefined`: from the first of them
 */
export async function* pagesSince(log: LogTable, account: string, time: Instant, from?: number): AsyncGenerator<Page> {
  const head = await readHead(log, account)
  if (head === undefined) return
  let next = from ?? (await lastSeqBefore(log, head.header, time - CLOCK_AHEAD_MS))
  while (next <= head.header.seq) {
    const to = head.header.seq
    const pages = await readPages(log, account, { from: next, to, limit: PAGES_A_REQUEST })
    const last = pages.at(-1)
    if (last === undefined) return
    yield* pages
    next = last.header.seq + 1
  }
}
