import { type LogTable, readPages } from '../../ledger/io/log-table.ts'
import type { PageHeader } from '../../ledger/page/page.ts'
import { type Instant, instantText } from '../../time/instant.ts'
import { stopOf } from '../top-up-stops.ts'

/** The most pages that one request reads to find the stop; they take about a second. */
const PAGES_LOOKED_AT = 200
const PAGES_AT_ONCE = 50

/** Why automatic top-up is stopped at a page, since when, and what restarts it; `undefined`: it is not stopped. */
export async function shownStop(log: LogTable, header: PageHeader) {
  const reason = stopOf(header)
  if (reason === undefined) return undefined
  const since = await stoppedAt(log, header)
  const calls = ['top-up-retries', ...(reason === 'declined' ? ['payment-method-setups'] : [])]
  return {
    reason,
    since: since === undefined ? undefined : instantText(since),
    goesOnBy: calls.map((call) => `POST /v1/accounts/${header.account}/${call}`),
  }
}

/** When the page that stopped it was written. Searches back from the head, or from the page that the state names, within the bound of pages. */
async function stoppedAt(log: LogTable, { account, seq, topUp }: PageHeader): Promise<Instant | undefined> {
  const isByMoney = topUp.kind === 'suspended' && topUp.reason !== 'declined'
  const newest = isByMoney ? Number.parseInt(topUp.of, 10) : seq
  let first: Instant | undefined
  for (let to = newest; to > 0 && newest - to < PAGES_LOOKED_AT; to -= PAGES_AT_ONCE) {
    const pages = await readPages(log, account, { from: 1, to, limit: PAGES_AT_ONCE, order: 'newest-first' })
    for (const { header } of pages) {
      if (stopOf(header) === undefined) return first
      first = header.writtenAt
    }
  }
  return undefined
}
