import { topUpShape } from '../../../shared/api/top-ups/top-up.ts'
import * as api from '../../../shared/api/top-ups/top-up-history.ts'
import { topUpsCsv } from '../../../shared/api/top-ups/top-ups-csv.ts'
import { FileBody } from '../../../shared/http/answer.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { parseInstant } from '../../../shared/time/instant.ts'
import { knownTopUp } from '../../../shared/top-ups/io/known-top-up.ts'
import { listTopUps as list } from '../../../shared/top-ups/io/top-ups-table.ts'
import { type ShownStatus, shownStatusOf } from '../../../shared/top-ups/shown-top-up.ts'
import type { TopUp } from '../../../shared/top-ups/top-up.ts'
import { type Services, serve } from '../services.ts'

interface Filters {
  readonly status?: ShownStatus | undefined
  readonly origin?: TopUp['origin']['kind'] | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const isSought = (topUp: TopUp, { status, origin }: Filters): boolean =>
  (status === undefined || status === shownStatusOf(topUp)) && (origin === undefined || origin === topUp.origin.kind)

type PlaceInTime = Pick<TopUp, 'createdAt' | 'id'>

/** The entries of a search, newest first, read page by page. */
async function* topUpsSought(
  services: Services,
  account: string,
  after: PlaceInTime | undefined,
  sought: Filters,
): AsyncIterable<TopUp> {
  const [from, to] = [sought.from, sought.to].map((text) => (text === undefined ? undefined : parseInstant(text)))
  let before = after ?? (to === undefined ? undefined : { createdAt: to, id: '' })
  for (;;) {
    const page = await list(services.topUps, account, { before, limit: api.MOST })
    for (const topUp of page) {
      if (from !== undefined && topUp.createdAt < from) return
      if (isSought(topUp, sought)) yield topUp
    }
    before = page.at(-1)
    if (page.length < api.MOST || before === undefined) return
  }
}

/** @throws Problem when there is no such account */
async function headOf({ log }: Services, account: string): Promise<Page> {
  const head = await readHead(log, account)
  if (head === undefined) throw noSuchAccount(account)
  return head
}

const listTopUps = serve(api.listTopUps, async ({ params: { account }, query }, { services }) => {
  const { limit, after } = query
  const { topUp: state } = (await headOf(services, account)).header
  const before = after && { createdAt: after[0], id: after[1] }
  const found: TopUp[] = []
  for await (const topUp of topUpsSought(services, account, before, query)) {
    found.push(topUp)
    if (found.length === limit) break
  }
  const topUps = fitting(found.map((topUp) => topUpShape(topUp, state)))
  const last = found.length === limit || topUps.length < found.length ? found[topUps.length - 1] : undefined
  return { status: 200, body: { topUps, next: api.paging.next(last && [last.createdAt, last.id]) } }
})

const getTopUp = serve(api.getTopUp, async ({ params }, { services }) => {
  const { header } = await headOf(services, params.account)
  return { status: 200, body: topUpShape(await knownTopUp(services, params), header.topUp) }
})

const getTopUpsCsv = serve(api.getTopUpsCsv, async ({ params: { account }, query }, { services }) => {
  const { topUp: state } = (await headOf(services, account)).header
  const found: TopUp[] = []
  for await (const topUp of topUpsSought(services, account, undefined, query)) {
    found.push(topUp)
    if (found.length === api.CSV_ROWS) break
  }
  return { status: 200, body: new FileBody('text/csv; charset=utf-8', topUpsCsv(found, state)) }
})

export const topUpHistoryHandlers: readonly Served<Services>[] = [listTopUps, getTopUp, getTopUpsCsv]
