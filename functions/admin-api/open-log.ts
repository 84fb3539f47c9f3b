import { encodeBody } from '../../shared/account-log/body.ts'
import type { OpenEntry } from '../../shared/account-log/entry.ts'
import { nextPage } from '../../shared/account-log/next-page.ts'
import { bodyHash } from '../../shared/account-log/page-hash.ts'
import type { AccountRecord } from '../../shared/store/accounts-table.ts'
import { appendPage, type LogTable } from '../../shared/store/log-table.ts'
import { pack } from '../../shared/store/pack.ts'
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
