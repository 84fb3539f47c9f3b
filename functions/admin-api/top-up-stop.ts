import type { PageHeader } from '../../shared/account-log/page.ts'
import { type LogTable, readPages } from '../../shared/store/log-table.ts'
import { type Instant, instantText } from '../../shared/time/instant.ts'
import { stopOf } from '../../shared/top-ups/top-up-stops.ts'

/** Pages of one look for the one that stopped it; so many are read and unpacked in a second. */
const PAGES_LOOKED_AT = 200
const PAGES_AT_ONCE = 50

/** Why automatic top-up is stopped as of a page, since when, and what lifts that; `undefined`: nothing stops it. */
export async function shownStop(log: LogTable, header: PageHeader) {
  const reason = stopOf(header)
  if (reason === undefined) return undefined
  const since = await stoppedAt(log, header)
  const calls = ['top-up-retries', ...(reason === 'declined' ? ['payment-method-setups'] : [])]
  return {
    reason,
    ...(since !== undefined && { since: instantText(since) }),
    goesOnBy: calls.map((call) => `POST /v1/accounts/${header.account}/${call}`),
  }
}

/** When the page was written that stopped it: found from the head back, or from the page that the state names; not further than so many pages. */
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
