import { BrokenChain } from '../../ledger/errors.ts'
import { readTimeZone } from '../../ledger/io/account-index.ts'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import { noSuchAccount } from '../../ledger/io/known-account.ts'
import { type LogTable, readPages, readPagesAfter } from '../../ledger/io/log-table.ts'
import type { Page } from '../../ledger/page/page.ts'
import { SnapshotMoved } from '../../spend/errors.ts'
import { type Cursor, readCursor, type SnapshotsTable } from '../../spend/io/snapshots-table.ts'
import { dayOfZone } from '../../time/day-of.ts'
import type { Instant } from '../../time/instant.ts'
import { type AccountFold, openFold } from './account-fold.ts'

/** What a warm fold reads. */
export interface FoldTables {
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

/** Folds that this process keeps from one request to the next. */
export interface WarmFolds {
  /**
   * The fold of an account up to its head: in a warm process one Query for what is new.
   *
   * @param maxAgeMs one that was at the head so recently is taken as it is, and nothing is read
   * @returns `undefined` for an account without a log
   * @throws BrokenChain
   */
  readonly atHead: (account: string, maxAgeMs: number) => Promise<FoldAtHead | undefined>
}

/** About half a KB each. */
const WARM_ENTRIES = 200_000

export function warmFolds(tables: FoldTables): WarmFolds {
  /** The one used last comes last. */
  const folds = new Map<string, FoldAtHead>()

  const atHead = async (account: string, maxAgeMs: number): Promise<FoldAtHead | undefined> => {
    const warm = folds.get(account)
    const began = tables.now()
    if (warm?.fold.head() !== undefined && maxAgeMs > 0 && began - warm.readAt <= maxAgeMs) return warm
    try {
      const fold = warm?.fold ?? (await beginFold(tables, account))
      if (fold === undefined) return undefined
      if (fold === warm?.fold || fold.seq() === 0) await takeNew(tables, fold)
      const kept = { fold, readAt: began }
      keep(account, kept)
      return fold.head() === undefined ? undefined : kept
    } catch (error) {
      folds.delete(account)
      throw error
    }
  }

  const keep = (account: string, fold: FoldAtHead): void => {
    folds.delete(account)
    folds.set(account, fold)
    let size = 0
    for (const { fold: one } of folds.values()) size += one.size()
    for (const [oldest, { fold: one }] of folds) {
      if (size <= WARM_ENTRIES) break
      // The newest too, when it alone has grown too large: the next request begins with a newer snapshot.
      folds.delete(oldest)
      size -= one.size()
    }
  }
  return { atHead }
}

/** Takes in what is new. Of two that do so at once the second finds the pages taken. */
async function takeNew({ log }: FoldTables, fold: AccountFold): Promise<void> {
  takeAll(fold, await readPagesAfter(log, fold.account, fold.seq()))
}

function takeAll(fold: AccountFold, pages: readonly Page[]): void {
  for (const page of pages) if (page.header.seq > fold.seq()) fold.take(page)
}

/** From the cursor's page to the head, in one Query. @returns `undefined` for an account that nobody opened */
async function beginFold(tables: FoldTables, account: string): Promise<AccountFold | undefined> {
  const { log, snapshots, accounts } = tables
  const cursor = await readCursor(snapshots, account)
  const timeZone = cursor?.timeZone ?? (await readTimeZone(accounts, account))
  if (timeZone === undefined) return undefined
  const from = cursor?.seq ?? 1
  const pages = await readPages(log, account, { from, to: Number.MAX_SAFE_INTEGER })
  const before = cursor && cursorPage(account, cursor, pages)
  const fold = await openFold(snapshots, { account, timeZone, dayOf: dayOfZone(timeZone), before })
  takeAll(fold, before === undefined ? pages : pages.slice(1))
  return fold
}

function cursorPage(account: string, { seq, hash }: Cursor, [page]: readonly Page[]): Page {
  if (page === undefined || page.header.seq !== seq) throw new BrokenChain(account, seq, 'was folded, and is gone')
  if (page.hash !== hash) throw new BrokenChain(account, seq, 'is not the page that was folded')
  return page
}

/** A part that was written meanwhile stands further on than the head that was read before it: the log is asked again. */
const ROUNDS = 5

/**
 * Reads something of an account's fold, again and again until no part of it stands further on than its head; warm, that is one
 * Query.
 *
 * @param maxAgeMs a fold that was at the head so recently will do, the first time
 * @param read `undefined`: something moved while it was read
 * @returns `undefined` for an account without a log
 * @throws BrokenChain
 */
export async function steadyFold<T>(
  folds: WarmFolds,
  account: string,
  maxAgeMs: number,
  read: (kept: FoldAtHead) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const kept = await folds.atHead(account, round === 0 ? maxAgeMs : 0)
    if (kept === undefined) return undefined
    const found = await read(kept)
    if (found !== undefined && kept.fold.furthest() <= kept.fold.seq()) return found
  }
  throw new SnapshotMoved(account)
}

/** Somebody's spend in a month (`2026-11`); without one, in that of today. */
interface SpentWhen {
  readonly user: string
  readonly month?: string
}

/**
 * An account's fold at its head, with the tiers and the spend of some users. Warm, that is one Query.
 *
 * @throws Problem for an account without a log
 */
export async function usersFold(
  folds: WarmFolds,
  account: string,
  now: Instant,
  usersOf: (fold: AccountFold, day: string) => readonly SpentWhen[],
): Promise<{ readonly fold: AccountFold; readonly day: string }> {
  const found = await steadyFold(folds, account, 0, async ({ fold }) => {
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
