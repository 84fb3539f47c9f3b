import { readTimeZone } from '../../shared/ledger/io/account-index.ts'
import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { openFold } from '../../shared/limits/io/account-fold.ts'
import type { SnapshotsTable } from '../../shared/spend/io/snapshots-table.ts'
import { dayOfZone } from '../../shared/time/day-of.ts'
import { AccountRecordMissing } from './errors.ts'
import { type LimitWatch, limitWatch } from './limit-watch.ts'
import type { Tail } from './warm-tails.ts'

/** Watches of limits that this process keeps. One that is taken is its taker's alone: two at once would take a page in twice. */
export interface WarmWatches {
  /** The watch of an account that has taken in this tail and nothing else. */
  readonly take: (account: string, tail: Tail) => Promise<LimitWatch>
  readonly keep: (account: string, watch: LimitWatch) => void
}

/** About half a KB each. */
const WARM_ENTRIES = 100_000

export function warmWatches(tables: {
  readonly snapshots: SnapshotsTable
  readonly accounts: AccountsTable
}): WarmWatches {
  /** The one kept last comes last. */
  const watches = new Map<string, LimitWatch>()
  return {
    take: async (account, tail) => {
      const warm = watches.get(account)
      watches.delete(account)
      return warm !== undefined && isAt(warm, tail.pages.at(-1) ?? tail.before)
        ? warm
        : await beginAt(tables, account, tail)
    },
    keep: (account, watch) => {
      watches.delete(account)
      watches.set(account, watch)
      let size = [...watches.values()].reduce((sum, { fold }) => sum + fold.size(), 0)
      for (const [oldest, { fold }] of watches) {
        if (size <= WARM_ENTRIES) break
        watches.delete(oldest)
        size -= fold.size()
      }
    },
  }
}

const isAt = ({ fold }: LimitWatch, head: Page | undefined): boolean => fold.head()?.hash === head?.hash

async function beginAt(
  { snapshots, accounts }: { readonly snapshots: SnapshotsTable; readonly accounts: AccountsTable },
  account: string,
  { cursor, before, pages }: Tail,
): Promise<LimitWatch> {
  const timeZone = cursor?.timeZone ?? (await readTimeZone(accounts, account))
  if (timeZone === undefined) throw new AccountRecordMissing(account)
  const fold = await openFold(snapshots, { account, timeZone, dayOf: dayOfZone(timeZone), before })
  for (const page of pages) fold.take(page)
  return limitWatch(fold)
}
