import type { OpenEntry } from '../../shared/ledger/entries/entry.ts'
import type { AccountRecord } from '../../shared/ledger/io/accounts-table.ts'
import { pack } from '../../shared/ledger/io/commit/pack.ts'
import { appendPage, type LogTable } from '../../shared/ledger/io/log-table.ts'
import { encodeBody } from '../../shared/ledger/page/body.ts'
import { nextPage } from '../../shared/ledger/page/next-page.ts'
import { bodyHash } from '../../shared/ledger/page/page-hash.ts'
import type { Instant } from '../../shared/time/instant.ts'

/** Until an account sets others: percent of what its newest top-up credited. */
const LOW_BALANCE_SHARES = [20, 10]

/**
 * Writes page 1 of an account's log, once: from its record, so that whoever finishes an opening writes the same entry.
 *
 * A page 1 that is there already, ours or another attempt's, is as good.
 */
export async function openLog(
  log: LogTable,
  { account, key, actor, openedAt, lowBalanceLevels }: AccountRecord,
  by: { readonly writtenAt: Instant; readonly nonce: string },
): Promise<void> {
  const settings = { lowBalanceLevels, lowBalanceShares: LOW_BALANCE_SHARES }
  const entry: OpenEntry = { kind: 'open', key, actor, at: openedAt, settings }
  const body = pack(encodeBody([entry]))
  await appendPage(
    log,
    nextPage(undefined, settings, { account, entries: [entry], body, bodyHash: bodyHash(body), ...by }),
  )
}
