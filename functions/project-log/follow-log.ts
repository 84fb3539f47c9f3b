import type { SetAside } from '../../shared/events/io/event-bus.ts'
import { readTimeZone } from '../../shared/ledger/io/accounts-table.ts'
import { readPages } from '../../shared/ledger/io/log-table.ts'
import { checkSuccession, type Page } from '../../shared/ledger/page/page.ts'
import { writeLimits } from '../../shared/limits/io/write-limits.ts'
import {
  type Cursor,
  checkCursorPage,
  moveCursor,
  readCursor,
  type SnapshotsTable,
  type Write,
} from '../../shared/spend/io/snapshots-table.ts'
import { writeMonths } from '../../shared/spend/io/write-months.ts'
import { isSnapshotDue } from '../../shared/spend/snapshot-due.ts'
import type { DayOf } from '../../shared/time/day.ts'
import { dayOfZone } from '../../shared/time/day-of.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { sealBuckets } from './archiver.ts'
import { AccountRecordMissing } from './errors.ts'
import type { Ports } from './project-log.ts'
import { tellPages } from './tell-pages.ts'
import type { Tail } from './warm-tails.ts'

/** The result of following a log. */
export interface Followed {
  /** Pages taken into snapshots. */
  readonly folded: number
  readonly notices: number
  /** Notices that the bus will never take, kept with their reasons for an operator. */
  readonly setAside: readonly SetAside[]
  /** The writing time of the newest page read; `undefined`: there was no new page. */
  readonly newest: Instant | undefined
  /** Time ran out before the head; the next call goes on. */
  readonly unfinished: boolean
  /** The error that left buckets of ids without an index; `undefined`: none. */
  readonly unsealed: unknown
}

/** A page is at most 1,000 entries: fifty of them stay below some 50 MB. */
const PAGES_AT_ONCE = 50
/** Time kept back to publish, and to write snapshots and the cursor. */
const RESERVE_MS = 5000
/** Time kept back from indexing: an index is optional, the cursor is not. */
const SEALING_RESERVE_MS = 20_000

/**
 * Follows an account's log from its cursor to the head: pages into the archive, notices out, snapshots written when due,
 * the cursor last.
 *
 * A notice that the bus will never take is set aside. While the bus is down, pages still go into the
 * archive, up to the head; snapshots and the cursor wait.
 *
 * The cursor says: every notice up to here went out; the archive and every snapshot hold these pages. With nothing to publish and
 * nothing due it stays; another process then reads the pages after it again, at most one Query. Work that was lost, repeated
 * or done twice at once ends in the same notices (by id) and the same snapshots.
 *
 * @returns `overtaken` when another process moved the cursor meanwhile: start over
 * @throws BrokenChain, and errors after which trying again may help
 */
export async function followLog(
  ports: Ports,
  account: string,
  remainingMs: () => number,
): Promise<Followed | 'overtaken'> {
  return await new LogFollower(ports, account, remainingMs, await readTail(ports, account)).follow()
}

/** Reads the log after its cursor; a warm process has kept the pages that it read before. */
async function readTail(ports: Ports, account: string): Promise<Tail> {
  const cursor = await readCursor(ports.snapshots, account)
  const warm = ports.tails.take(account, cursor)
  if (warm !== undefined || cursor === undefined) return warm ?? { cursor, before: undefined, pages: [] }
  const [page] = await readPages(ports.log, account, { from: cursor.seq, to: cursor.seq })
  return { cursor, before: checkCursorPage(account, cursor, page), pages: [] }
}

class LogFollower {
  readonly #ports: Ports
  readonly #account: string
  readonly #remainingMs: () => number
  /** The pages read after the cursor. */
  #tail: Tail
  #folded = 0
  #notices = 0
  #newest: Instant | undefined
  #unsealed: unknown
  readonly #setAside: SetAside[] = []

  constructor(ports: Ports, account: string, remainingMs: () => number, tail: Tail) {
    this.#ports = ports
    this.#account = account
    this.#remainingMs = remainingMs
    this.#tail = tail
  }

  async follow(): Promise<Followed | 'overtaken'> {
    for (;;) {
      const known = this.#tail
      const pages = await this.#readOn(headOf(known))
      this.#newest = pages.at(-1)?.header.writtenAt ?? this.#newest
      await this.#ports.archiver.archive(pages)
      const isTold = await this.#tell(known, pages)
      this.#tail = { ...known, pages: [...known.pages, ...pages] }
      const isDue = isTold || isSnapshotDue(this.#tail.pages, this.#ports.now())
      if (isDue && (await this.#takeIn()) === 'overtaken') return 'overtaken'
      const isAtHead = pages.length < PAGES_AT_ONCE
      if (isAtHead) this.#ports.tails.keep(this.#account, this.#tail)
      if (isAtHead || this.#remainingMs() < RESERVE_MS) return this.#followed(!isAtHead)
    }
  }

  /** The pages after one, checked against it and each other. @throws BrokenChain */
  async #readOn(after: Page | undefined): Promise<readonly Page[]> {
    const from = (after?.header.seq ?? 0) + 1
    const range = { from, to: Number.MAX_SAFE_INTEGER, limit: PAGES_AT_ONCE }
    const pages = await readPages(this.#ports.log, this.#account, range)
    let last = after
    for (const page of pages) {
      checkSuccession(last, page)
      last = page
    }
    return pages
  }

  /** @returns whether it published a notice: then the cursor must move, or the next process publishes it again */
  async #tell(known: Tail, pages: readonly Page[]): Promise<boolean> {
    const told = await tellPages(this.#ports, this.#account, known, pages).catch(async (error) => {
      await this.#archiveOn(pages.at(-1) ?? headOf(known))
      throw error
    })
    this.#notices += told.notices
    this.#setAside.push(...told.setAside)
    return told.notices + told.setAside.length > 0
  }

  /** Puts the pages after one into the archive, also while notices wait. */
  async #archiveOn(after: Page | undefined): Promise<void> {
    let last = after
    while (this.#remainingMs() >= RESERVE_MS) {
      const pages = await this.#readOn(last)
      await this.#ports.archiver.archive(pages)
      last = pages.at(-1) ?? last
      if (pages.length < PAGES_AT_ONCE) return
    }
  }

  /** Indexes, snapshots, then the cursor. */
  async #takeIn(): Promise<Write> {
    const { cursor, before, pages } = this.#tail
    const head = headOf(this.#tail)
    if (head === undefined) return 'written'
    const { log, archiver, snapshots, accounts } = this.#ports
    const hasTime = () => this.#remainingMs() >= SEALING_RESERVE_MS
    // An index is a help: its error never holds the cursor.
    await sealBuckets({ log, archiver }, before?.header, head.header, hasTime).catch((cause: unknown) => {
      this.#unsealed = cause
    })
    const timeZone = cursor?.timeZone ?? (await readTimeZone(accounts, this.#account))
    if (timeZone === undefined) throw new AccountRecordMissing(this.#account)
    const to: Cursor = { seq: head.header.seq, hash: head.hash, timeZone }
    const write = await writeSnapshots(snapshots, this.#account, pages, dayOfZone(timeZone))
    if (write === 'overtaken' || (await moveCursor(snapshots, this.#account, cursor, to)) === 'overtaken')
      return 'overtaken'
    this.#folded += pages.length
    this.#tail = { cursor: to, before: head, pages: [] }
    return 'written'
  }

  #followed(unfinished: boolean): Followed {
    return {
      folded: this.#folded,
      notices: this.#notices,
      setAside: this.#setAside,
      newest: this.#newest,
      unfinished,
      unsealed: this.#unsealed,
    }
  }
}

const headOf = ({ before, pages }: Tail): Page | undefined => pages.at(-1) ?? before

/** Takes the pages after the cursor into an account's snapshots: of months, then of limits. */
export async function writeSnapshots(
  snapshots: SnapshotsTable,
  account: string,
  pages: readonly Page[],
  dayOf: DayOf,
): Promise<Write> {
  const write = await writeMonths(snapshots, account, pages, dayOf)
  return write === 'overtaken' ? write : await writeLimits({ snapshots, account, tail: pages, dayOf })
}
