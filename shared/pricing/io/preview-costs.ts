import { type AccountsTable, listAccountIds } from '../../ledger/io/accounts-table.ts'
import type { LogTable } from '../../ledger/io/log-table.ts'
import { pagesSince } from '../../ledger/io/pages-since.ts'
import type { Instant } from '../../time/instant.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type CostComparison, CostTally } from '../estimates/costs.ts'

/** The cost of one account's usage, by the charges and by the draft; maybe only of some of its pages. */
export interface AccountCosts extends CostComparison {
  readonly account: string
}

/** A place in all accounts' logs. */
export interface CostsPlace {
  readonly account: string
  /** The page to go on with; 0: the first that matters. */
  readonly page: number
}

export interface CostsPreview {
  readonly accounts: readonly AccountCosts[]
  /** The place to go on; `undefined`: that was all. */
  readonly next: CostsPlace | undefined
}

const ACCOUNTS_A_LIST = 100

/**
 * Prices the charges of a time again by another card, account by account, as far as there is time.
 *
 * @param only one account alone; `undefined`: all
 */
export async function previewCosts(
  { log, accounts: table }: { readonly log: LogTable; readonly accounts: AccountsTable },
  card: RateCard,
  { from, to, only, place }: { from: Instant; to: Instant; only: string | undefined; place: CostsPlace | undefined },
  hasTime: () => boolean,
): Promise<CostsPreview> {
  const accounts: AccountCosts[] = []
  for await (const account of accountsFrom(table, only, place?.account)) {
    if (!hasTime()) return { accounts, next: { account, page: 0 } }
    const tally = new CostTally(card)
    const first = account === place?.account && place.page > 0 ? place.page : undefined
    for await (const { header, entries } of pagesSince(log, account, from, first)) {
      if (!hasTime()) {
        return { accounts: [...accounts, { account, ...tally.result() }], next: { account, page: header.seq } }
      }
      for (const entry of entries) {
        const isMeant = entry.kind === 'charge' && entry.time >= from && entry.time < to
        if (isMeant) tally.add({ ...entry, account }, entry.credits)
      }
    }
    const costs = tally.result()
    if (costs.charges > 0) accounts.push({ account, ...costs })
  }
  return { accounts, next: undefined }
}

async function* accountsFrom(
  table: AccountsTable,
  only: string | undefined,
  first: string | undefined,
): AsyncGenerator<string> {
  if (only !== undefined) {
    yield only
    return
  }
  if (first !== undefined) yield first
  let after = first
  for (;;) {
    const ids = await listAccountIds(table, after, ACCOUNTS_A_LIST)
    yield* ids
    if (ids.length < ACCOUNTS_A_LIST) return
    after = ids.at(-1)
  }
}
