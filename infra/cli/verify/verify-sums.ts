import { readPage } from '../../../shared/ledger/io/log-table.ts'
import type { Finding } from '../../../shared/ledger/verify/verify-finding.ts'
import { noCredits, plus } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { readTotals } from '../../../shared/spend/month-totals.ts'
import type { StoredTables } from '../lib/stored-tables.ts'
import { readName } from './part-names.ts'
import { readSnapshots } from './stored-snapshots.ts'

/**
 * Where snapshots are not folded again: all months together have to come to what the page of the cursor says, to the
 * last digit. How it is spread over users and days is not looked at.
 */
export async function findingsOfSums(
  tables: Pick<StoredTables, 'snapshots' | 'log'>,
  account: string,
): Promise<readonly Finding[]> {
  try {
    return await compareSums(tables, account)
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [{ check: 'snapshot', expected: 'months and a page that can be read', found }]
  }
}

async function compareSums(
  { snapshots, log }: Pick<StoredTables, 'snapshots' | 'log'>,
  account: string,
): Promise<readonly Finding[]> {
  const { cursor, parts } = await readSnapshots(snapshots, account)
  if (cursor === undefined) return []
  const page = await readPage(log, account, cursor.seq)
  if (page?.hash !== cursor.hash) {
    const found = page === undefined ? 'no such page' : `hash ${page.hash}`
    return [{ check: 'cursor', expected: `page ${cursor.seq} with hash ${cursor.hash}`, found }]
  }
  const totals = [...parts].filter(([part]) => readName(part)?.kind === 'totals')
  // A snapshot is being written at this moment: some months are ahead of the cursor.
  if (totals.some(([, { seq }]) => seq > cursor.seq)) return []
  const months = totals.map(([, part]) => readTotals(part.text()))
  const { totalCredited, totalCharged } = page.header
  const [credited, charged] = [
    months.reduce((sum, month) => plus(sum, month.credited), noCredits),
    months.reduce((sum, month) => plus(sum, month.charged), noCredits),
  ]
  return [
    ...(credited.eq(totalCredited) ? [] : [sumFinding('credited', plain(totalCredited), plain(credited))]),
    ...(charged.eq(totalCharged) ? [] : [sumFinding('charged', plain(totalCharged), plain(charged))]),
  ]
}

const sumFinding = (what: string, expected: string, found: string): Finding => ({
  check: 'snapshot',
  expected: `${what} ${expected} credits in all months together`,
  found,
})
