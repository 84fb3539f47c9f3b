import type { Instant } from '../../time/instant.ts'
import type { OpenEntry } from '../entries/settings.ts'
import { nextPage } from '../page/page.ts'
import type { AccountRecord } from './accounts-table.ts'
import { appendPage, type LogTable } from './log-table.ts'
import { packContent } from './page-item.ts'

/** Until an account sets others: percent of what its newest top-up credited. */
const LOW_BALANCE_SHARES = [20, 10]

/**
 * Writes page 1 of an account's log, once. It is made of the account's record, so every attempt writes the same entry.
 *
 * An existing page 1, ours or another attempt's, is as good.
 */
export async function openLog(
  log: LogTable,
  { account, key, actor, openedAt, lowBalanceLevels }: AccountRecord,
  by: { readonly writtenAt: Instant; readonly nonce: string },
): Promise<void> {
  const settings = { lowBalanceLevels, lowBalanceShares: LOW_BALANCE_SHARES }
  const entry: OpenEntry = { kind: 'open', key, actor, at: openedAt, settings }
  await appendPage(log, nextPage(undefined, settings, packContent(account, [entry], by)))
}
