import { readPages } from '../../../../shared/ledger/io/log-table.ts'
import type { PaidEntry } from '../../../../shared/top-ups/reconciliation.ts'
import { storedAccounts } from '../stored-accounts.ts'
import type { StoredTables } from '../stored-tables.ts'

const PAGES_AT_ONCE = 200

/** Every entry of every log that a provider's payment is behind; invoices have none. */
export async function paidEntries(tables: StoredTables, provider: string): Promise<readonly PaidEntry[]> {
  const found: PaidEntry[] = []
  for (const account of await storedAccounts(tables)) {
    for (let from = 1; ; from += PAGES_AT_ONCE) {
      const pages = await readPages(tables.log, account, { from, to: from + PAGES_AT_ONCE - 1 })
      for (const { header, entries } of pages)
        for (const entry of entries)
          if ((entry.kind === 'top-up' || entry.kind === 'payment-reversal') && entry.provider === provider)
            found.push({ ...entry, account, page: header.seq })
      if (pages.length === 0) break
    }
  }
  return found
}
