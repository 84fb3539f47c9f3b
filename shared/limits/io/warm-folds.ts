import { Warm } from '../../aws/warm.ts'
import { type AccountsTable, noSuchAccount, readTimeZone } from '../../ledger/io/accounts-table.ts'
import { type LogTable, readPages, readPagesAfter } from '../../ledger/io/log-table.ts'
import type { Page } from '../../ledger/page/page.ts'
import { SnapshotMoved } from '../../spend/errors.ts'
import { checkCursorPage, readCursor, type SnapshotsTable } from '../../spend/io/snapshots-table.ts'
import { dayOfZone } from '../../time/day-of.ts'
import type { Instant } from '../../time/instant.ts'
import { AccountFold } from './account-fold.ts'

/** The tables that a warm fold reads. */
interface FoldTables {
  readonly log: LogTable
  readonly snapshots: SnapshotsTable
  readonly accounts: AccountsTable
  readonly now: () => Instant
}

/** An account's fold, and when it was last known to be at the head. */
export interface FoldAtHead {
  readonly fold: AccountFold
  readonly readAt: Instant
}

/** About half a KB each. */
const WARM_ENTRIES = 200_000

/** A part that was written meanwhile stands further on than the head that was read before it: the log is asked again. */
const ROUNDS = 5

/** Folds that this process keeps from one request to the next. */
export class WarmFolds {
  readonly #tables: FoldTables
  readonly #folds = new Warm<FoldAtHead>(WARM_ENTRIES, ({ fold }) => fold.size())

  constructor(tables: FoldTables) {
    this.#tables = tables
  }

  /**
   * The fold of an account up to its head. A warm process needs one Query for new pages.
   *
   * @param maxAgeMs one that was at the head so recently is taken as it is, and nothing is read
   * @returns `undefined` for an account without a log
   * @throws BrokenChain
   */
  async atHead(account: string, maxAgeMs: number): Promise<FoldAtHead | undefined> {
    const warm = this.#folds.get(account)
    const began = this.#tables.now()
    if (warm?.fold.head() !== undefined && maxAgeMs > 0 && began - warm.readAt <= maxAgeMs) return warm
    try {
      const fold = warm?.fold ?? (await beginFold(this.#tables, account))
      if (fold === undefined) return undefined
      // Of two requests that do so at once the second finds the pages taken.
      if (fold === warm?.fold || fold.seq() === 0)
        takeAll(fold, await readPagesAfter(this.#tables.log, account, fold.seq()))
      const kept = { fold, readAt: began }
      this.#folds.keep(account, kept)
      return fold.head() === undefined ? undefined : kept
    } catch (error) {
      this.#folds.take(account)
      throw error
    }
  }

  /** The fold of an account at its head. @throws BrokenChain, and Problem for an account without a log */
  async head(account: string): Promise<AccountFold> {
    const kept = await this.atHead(account, 0)
    if (kept === undefined) throw noSuchAccount(account)
    return kept.fold
  }

  /**
   * Reads something of an account's fold, again until no part of it stands further on than its head; warm, that is one Query.
   *
   * @param maxAgeMs a fold that was at the head so recently will do, the first time
   * @param read `undefined`: something moved while it was read
   * @returns `undefined` for an account without a log
   * @throws BrokenChain, SnapshotMoved
   */
  async steady<T>(
    account: string,
    maxAgeMs: number,
    read: (kept: FoldAtHead) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const kept = await this.atHead(account, round === 0 ? maxAgeMs : 0)
      if (kept === undefined) return undefined
      const found = await read(kept)
      if (found !== undefined && kept.fold.furthest() <= kept.fold.seq()) return found
    }
    throw new SnapshotMoved(account)
  }

  /**
   * An account's fold at its head, with the tiers and the spend of some users; warm, that is one Query.
   *
   * @param usersOf `month`: `2026-11`; without one, this month
   * @throws Problem for an account without a log
   */
  async withUsers(
    account: string,
    now: Instant,
    usersOf: (fold: AccountFold, day: string) => readonly { readonly user: string; readonly month?: string }[],
  ): Promise<{ readonly fold: AccountFold; readonly day: string }> {
    const found = await this.steady(account, 0, async ({ fold }) => {
      const day = fold.dayOf(now)
      const users = usersOf(fold, day)
      await fold.load(
        users.map(({ user, month = day.slice(0, -3) }) => ({ scope: { of: 'user', user }, month })),
        users.map(({ user }) => user),
      )
      return { fold, day }
    })
    if (found === undefined) throw noSuchAccount(account)
    return found
  }
}

function takeAll(fold: AccountFold, pages: readonly Page[]): void {
  for (const page of pages) if (page.header.seq > fold.seq()) fold.take(page)
}

/** From the cursor's page to the head, in one Query. @returns `undefined` for an account that was not opened */
async function beginFold({ log, snapshots, accounts }: FoldTables, account: string): Promise<AccountFold | undefined> {
  const cursor = await readCursor(snapshots, account)
  const timeZone = cursor?.timeZone ?? (await readTimeZone(accounts, account))
  if (timeZone === undefined) return undefined
  const pages = await readPages(log, account, { from: cursor?.seq ?? 1, to: Number.MAX_SAFE_INTEGER })
  const before = cursor && checkCursorPage(account, cursor, pages[0])
  const fold = await AccountFold.open(snapshots, { account, timeZone, dayOf: dayOfZone(timeZone), before })
  takeAll(fold, before === undefined ? pages : pages.slice(1))
  return fold
}
