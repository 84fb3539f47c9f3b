import type { SetAside } from '../../shared/events/io/event-bus.ts'
import { BrokenChain } from '../../shared/ledger/errors.ts'
import { readTimeZone } from '../../shared/ledger/io/account-index.ts'
import { readPages } from '../../shared/ledger/io/log-table.ts'
import { checkSuccession } from '../../shared/ledger/page/check-page.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { type Cursor, moveCursor, readCursor } from '../../shared/spend/io/snapshots-table.ts'
import { isSnapshotDue } from '../../shared/spend/snapshot-due.ts'
import { dayOfZone } from '../../shared/time/day-of.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { AccountRecordMissing } from './errors.ts'
import type { Ports } from './ports.ts'
import { sealBuckets } from './seal-buckets.ts'
import { tellPages } from './tell-pages.ts'
import type { Tail } from './warm-tails.ts'
import { writeSnapshots } from './write-snapshots.ts'

/** What following a log came to. */
export interface Followed {
  /** Pages taken into snapshots. */
  readonly folded: number
  readonly notices: number
  /** Notices that the bus will never take: kept with their reasons, for an operator. */
  readonly setAside: readonly SetAside[]
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
 * Follows an account's log from its cursor to the head: pages into the archive, notices out, snapshots written when due,
 * the cursor last.
 *
 * A notice that the bus will never take is set aside, and holds nothing up. While the bus takes none for now, pages still go into the
 * archive, up to the head; snapshots and the cursor wait.
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
  const setAside: SetAside[] = []
  for (;;) {
    const pages = await readOn(ports, account, head)
    head = pages.at(-1) ?? head
    newest = pages.at(-1)?.header.writtenAt ?? newest
    await ports.archiver.archive(pages)
    const told = await tellPages(ports, account, { cursor, before, pages: tail }, pages).catch(async (error) => {
      await archiveOn(ports, account, head, remainingMs)
      throw error
    })
    tail = [...tail, ...pages]
    notices += told.notices
    setAside.push(...told.setAside)
    const isTold = told.notices + told.setAside.length > 0
    if (head !== undefined && (isTold || isSnapshotDue(tail, ports.now()))) {
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
    if (isAtHead || remainingMs() < RESERVE_MS)
      return { folded, notices, setAside, newest, unfinished: !isAtHead, unsealed }
  }
}

/** The next pages after one, held against it and each other. @throws BrokenChain */
async function readOn(ports: Ports, account: string, after: Page | undefined): Promise<readonly Page[]> {
  const from = (after?.header.seq ?? 0) + 1
  const pages = await readPages(ports.log, account, { from, to: Number.MAX_SAFE_INTEGER, limit: PAGES_AT_ONCE })
  let last = after
  for (const page of pages) {
    checkSuccession(last, page)
    last = page
  }
  return pages
}

/** Brings what comes after a page into the archive, whatever else waits. */
async function archiveOn(
  ports: Ports,
  account: string,
  after: Page | undefined,
  remainingMs: () => number,
): Promise<void> {
  let last = after
  while (remainingMs() >= RESERVE_MS) {
    const pages = await readOn(ports, account, last)
    await ports.archiver.archive(pages)
    last = pages.at(-1) ?? last
    if (pages.length < PAGES_AT_ONCE) return
  }
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
