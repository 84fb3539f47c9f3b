import { checkSuccession } from '../../shared/account-log/check-page.ts'
import { BrokenChain } from '../../shared/account-log/errors.ts'
import type { Page } from '../../shared/account-log/page.ts'
import { exhaustedEventsOf } from '../../shared/folds/exhausted-balance.ts'
import { lowBalanceEvent, lowBalancesOf } from '../../shared/folds/low-balance.ts'
import { isSnapshotDue } from '../../shared/folds/snapshot-due.ts'
import type { LimitEvent } from '../../shared/limits/limit-events.ts'
import { upgradeEventsOf } from '../../shared/limits/upgrade-events.ts'
import { readTimeZone } from '../../shared/store/account-index.ts'
import { publishEvents } from '../../shared/store/event-bus.ts'
import { readPages } from '../../shared/store/log-table.ts'
import { type Cursor, moveCursor, readCursor } from '../../shared/store/snapshots-table.ts'
import { dayOfZone } from '../../shared/time/day-of.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { topUpEventsOf } from '../../shared/top-ups/top-up-events.ts'
import { AccountRecordMissing } from './errors.ts'
import { hintTopUps } from './hint-top-ups.ts'
import type { Ports } from './ports.ts'
import { sealBuckets } from './seal-buckets.ts'
import type { Tail } from './warm-tails.ts'
import { writeSnapshots } from './write-snapshots.ts'

/** What following a log came to. */
export interface Followed {
  /** Pages taken into snapshots. */
  readonly folded: number
  readonly notices: number
  /** When the newest of the pages read was written; `undefined`: there was nothing new. */
  readonly newest: Instant | undefined
  /** Out of time before the head; the next call goes on. */
  readonly unfinished: boolean
  /** Why buckets of ids were left without an index; `undefined`: none was. */
  readonly unsealed: unknown
}

/** A page is at most 1,000 entries: so many at once stay below some 50 MB. */
const PAGES_AT_ONCE = 50
/** Publishing, writing snapshots and the cursor of what was read. */
const RESERVE_MS = 5000
/** An index is a help, a cursor is not: what is left of the time belongs to the cursor. */
const SEALING_RESERVE_MS = 20_000

/**
 * Follows an account's log from its cursor to the head: notices out, pages into the archive, snapshots written when due,
 * the cursor last.
 *
 * The cursor says: every notice up to here went out, the archive and every snapshot hold these pages. With nothing to publish and
 * nothing due it stays, and another process reads the pages after it, no more than fit one Query, again. Whatever was
 * lost, repeated or done twice at once ends in the same notices, by id, and the same snapshots.
 *
 * @returns `overtaken` when another process moved on meanwhile: begin again
 * @throws BrokenChain, and what is worth another try
 */
export async function followLog(
  ports: Ports,
  account: string,
  remainingMs: () => number,
): Promise<Followed | 'overtaken'> {
  let { cursor, before, pages: tail } = await readTail(ports, account)
  let head = tail.at(-1) ?? before
  let folded = 0
  let notices = 0
  let newest: Instant | undefined
  let unsealed: unknown
  for (;;) {
    const pages = await readPages(ports.log, account, {
      from: (head?.header.seq ?? 0) + 1,
      to: Number.MAX_SAFE_INTEGER,
      limit: PAGES_AT_ONCE,
    })
    const last = head?.header
    for (const page of pages) {
      checkSuccession(head, page)
      head = page
    }
    const limitEvents = await eventsOfLimits(ports, account, { cursor, before, pages: tail }, pages)
    tail = [...tail, ...pages]
    newest = pages.at(-1)?.header.writtenAt ?? newest

    await hintTopUps(ports, pages, head)
    const exhausted = exhaustedEventsOf(last, pages)
    const usedUp = new Set(exhausted.map(({ data }) => data.seq))
    const told = [
      ...lowBalancesOf(pages).map((low) => lowBalanceEvent(low, usedUp.has(low.seq))),
      ...exhausted,
      ...topUpEventsOf(last, pages),
      ...limitEvents,
      ...upgradeEventsOf(pages),
    ]
    await publishEvents(ports.bus, told)
    notices += told.length
    await ports.archiver.archive(pages)
    if (head !== undefined && (told.length > 0 || isSnapshotDue(tail, ports.now()))) {
      const hasTime = () => remainingMs() >= SEALING_RESERVE_MS
      // An index is a help: what goes wrong with it never holds the cursor.
      await sealBuckets(ports, before?.header, head.header, hasTime).catch((cause: unknown) => {
        unsealed = cause
      })
      const moved = await takeIn(ports, account, cursor, tail, head)
      if (moved === 'overtaken') return moved
      folded += tail.length
      cursor = moved
      before = head
      tail = []
    }
    const isAtHead = pages.length < PAGES_AT_ONCE
    if (isAtHead) ports.tails.keep(account, { cursor, before, pages: tail })
    if (isAtHead || remainingMs() < RESERVE_MS) return { folded, notices, newest, unfinished: !isAtHead, unsealed }
  }
}

/** What pages that come after a tail do to limits. */
async function eventsOfLimits(
  ports: Ports,
  account: string,
  tail: Tail,
  pages: readonly Page[],
): Promise<readonly LimitEvent[]> {
  if (pages.length === 0) return []
  const watch = await ports.watches.take(account, tail)
  const events: LimitEvent[] = []
  for (const page of pages) events.push(...(await watch.take(page)))
  ports.watches.keep(account, watch)
  return events
}

/** What is known of the log after its cursor: in a warm process all that was read before. */
async function readTail(ports: Ports, account: string): Promise<Tail> {
  const cursor = await readCursor(ports.snapshots, account)
  const warm = ports.tails.take(account, cursor)
  return warm ?? { cursor, before: await readCursorPage(ports, account, cursor), pages: [] }
}

/** The page the cursor stands at: what comes after has to chain to it. */
async function readCursorPage(ports: Ports, account: string, cursor: Cursor | undefined): Promise<Page | undefined> {
  if (cursor === undefined) return undefined
  const [page] = await readPages(ports.log, account, { from: cursor.seq, to: cursor.seq })
  if (page === undefined) throw new BrokenChain(account, cursor.seq, 'was folded, and is gone')
  if (page.hash !== cursor.hash) throw new BrokenChain(account, cursor.seq, 'is not the page that was folded')
  return page
}

/** Snapshots, then the cursor. */
async function takeIn(
  ports: Ports,
  account: string,
  cursor: Cursor | undefined,
  tail: readonly Page[],
  { header, hash }: Page,
): Promise<Cursor | 'overtaken'> {
  const timeZone = cursor?.timeZone ?? (await readTimeZone(ports.accounts, account))
  if (timeZone === undefined) throw new AccountRecordMissing(account)
  const write = await writeSnapshots(ports.snapshots, account, tail, dayOfZone(timeZone))
  if (write === 'overtaken') return write
  const to: Cursor = { seq: header.seq, hash, timeZone }
  const move = await moveCursor(ports.snapshots, account, cursor, to)
  return move === 'overtaken' ? move : to
}
