import type { LimitsEntry } from '../../ledger/entries/entry.ts'
import { type LogTable, readPage } from '../../ledger/io/log-table.ts'

/** The entry of a page that set an account's limits. @throws Error where the page sets none: it was named as one that does */
export async function limitsEntryOn(log: LogTable, account: string, page: number): Promise<LimitsEntry> {
  const entries = (await readPage(log, account, page))?.entries ?? []
  const entry = entries.findLast((one): one is LimitsEntry => one.kind === 'limits')
  if (entry === undefined) throw new Error(`page ${page} of account ${account} sets no limits`)
  return entry
}
