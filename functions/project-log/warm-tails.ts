import { Warm } from '../../shared/aws/warm.ts'
import { type AccountsTable, readTimeZone } from '../../shared/ledger/io/accounts-table.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { AccountFold } from '../../shared/limits/io/account-fold.ts'
import type { Cursor, SnapshotsTable } from '../../shared/spend/io/snapshots-table.ts'
import { dayOfZone } from '../../shared/time/day-of.ts'
import { AccountRecordMissing } from './errors.ts'
import { LimitWatch } from './limit-watch.ts'

/** The pages of a log read after its cursor. */
export interface Tail {
  readonly cursor: Cursor | undefined
  /** The page that the cursor stands at; `undefined`: nothing was followed yet. */
  readonly before: Page | undefined
  /** The pages after it, in order. */
  readonly pages: readonly Page[]
}

/** Entries of all tails; an entry has about half a KB. */
const TAIL_ENTRIES = 100_000

/** Tails that this process has read: pages never change, so they need not be read again. */
export class WarmTails {
  readonly #tails = new Warm<{ readonly tail: Tail; readonly size: number }>(TAIL_ENTRIES, ({ size }) => size)

  /** The tail of an account, if its cursor still stands where it stood. */
  take(account: string, cursor: Cursor | undefined): Tail | undefined {
    const tail = this.#tails.take(account)?.tail
    return tail?.cursor?.seq === cursor?.seq && tail?.cursor?.hash === cursor?.hash ? tail : undefined
  }

  keep(account: string, tail: Tail): void {
    const first = 1 + (tail.before?.entries.length ?? 0)
    const size = tail.pages.reduce((sum, { entries }) => sum + entries.length + 1, first)
    this.#tails.keep(account, { tail, size })
  }
}

/** Entries of all watches, as their folds count them. */
const WATCH_ENTRIES = 100_000

/** Watches of limits that this process keeps. A watch that is taken is its taker's alone: two at once would take a page in twice. */
export class WarmWatches {
  readonly #tables: { readonly snapshots: SnapshotsTable; readonly accounts: AccountsTable }
  readonly #watches = new Warm<LimitWatch>(WATCH_ENTRIES, ({ fold }) => fold.size())

  constructor(tables: { readonly snapshots: SnapshotsTable; readonly accounts: AccountsTable }) {
    this.#tables = tables
  }

  /** The watch of an account that has taken in this tail and nothing else. */
  async take(account: string, tail: Tail): Promise<LimitWatch> {
    const warm = this.#watches.take(account)
    const head = tail.pages.at(-1) ?? tail.before
    return warm !== undefined && warm.fold.head()?.hash === head?.hash ? warm : await this.#begin(account, tail)
  }

  keep(account: string, watch: LimitWatch): void {
    this.#watches.keep(account, watch)
  }

  async #begin(account: string, { cursor, before, pages }: Tail): Promise<LimitWatch> {
    const { snapshots, accounts } = this.#tables
    const timeZone = cursor?.timeZone ?? (await readTimeZone(accounts, account))
    if (timeZone === undefined) throw new AccountRecordMissing(account)
    const fold = await AccountFold.open(snapshots, { account, timeZone, dayOf: dayOfZone(timeZone), before })
    for (const page of pages) fold.take(page)
    return new LimitWatch(fold)
  }
}
