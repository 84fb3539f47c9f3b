import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { givenTimeSchema } from '../../../shared/api/fields/time.ts'
import { shownTopUpSchema, topUpExample, topUpPathSchema, topUpShape } from '../../../shared/api/top-ups/top-up.ts'
import { CSV_HEADER, topUpsCsv } from '../../../shared/api/top-ups/top-ups-csv.ts'
import { FileBody } from '../../../shared/http/answer.ts'
import { described } from '../../../shared/http/described.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import { nothing, type Operation, reading } from '../../../shared/http/operation.ts'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { parseInstant } from '../../../shared/time/instant.ts'
import { listTopUps as list } from '../../../shared/top-ups/io/top-ups-table.ts'
import { type ShownStatus, shownStatuses, shownStatusOf } from '../../../shared/top-ups/shown-top-up.ts'
import { originKinds, type TopUp } from '../../../shared/top-ups/top-up.ts'
import { knownTopUp } from '../known-top-up.ts'
import type { Services } from '../services.ts'

const MOST = 100
/** API Gateway answers with at most 6 MB; a row has some 300 bytes. */
const CSV_ROWS = 10_000

const filters = {
  status: z.optional(z.enum(shownStatuses)),
  origin: z.optional(z.enum(originKinds)),
  from: z.optional(described(givenTimeSchema, 'Wanted at this time or later')),
  to: z.optional(described(givenTimeSchema, 'Wanted before this time')),
}
interface Filters {
  readonly status?: ShownStatus | undefined
  readonly origin?: TopUp['origin']['kind'] | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const isSought = (topUp: TopUp, { status, origin }: Filters): boolean =>
  (status === undefined || status === shownStatusOf(topUp)) && (origin === undefined || origin === topUp.origin.kind)

const cursor = cursorOf('top-ups', z.tuple([z.number(), z.string()]))

type PlaceInTime = Pick<TopUp, 'createdAt' | 'id'>

/** What is sought, newest first, read page by page. */
async function* topUpsSought(
  services: Services,
  account: string,
  after: PlaceInTime | undefined,
  sought: Filters,
): AsyncIterable<TopUp> {
  const [from, to] = [sought.from, sought.to].map((text) => (text === undefined ? undefined : parseInstant(text)))
  let before = after ?? (to === undefined ? undefined : { createdAt: to, id: '' })
  for (;;) {
    const page = await list(services.topUps, account, { before, limit: MOST })
    for (const topUp of page) {
      if (from !== undefined && topUp.createdAt < from) return
      if (isSought(topUp, sought)) yield topUp
    }
    before = page.at(-1)
    if (page.length < MOST || before === undefined) return
  }
}

/** @throws Problem when there is no such account */
async function headOf({ log }: Services, account: string): Promise<Page> {
  const head = await readHead(log, account)
  if (head === undefined) throw noSuchAccount(account)
  return head
}

const listTopUps = reading({
  operationId: 'listTopUps',
  tag: 'Top-ups',
  summary: 'What an account bought, and tried to',
  description: 'Newest first. One that was made a moment ago may be missing. What was credited stands in the log too.',
  params: accountPathSchema,
  query: z.extend(pagingSchema(MOST, MOST), filters),
  answers: [
    {
      status: 200,
      description: 'Top-ups',
      schema: z.object({ topUps: z.array(shownTopUpSchema), next: nextSchema }),
      example: { topUps: [topUpExample] },
    },
  ],
  problems: [],
  handle: async ({ params: { account }, query }, { services }) => {
    const { limit = MOST, after } = query
    const { topUp: state } = (await headOf(services, account)).header
    const [createdAt, id] = after === undefined ? [] : cursor.read(after)
    const before = createdAt === undefined || id === undefined ? undefined : { createdAt, id }
    const found: TopUp[] = []
    for await (const topUp of topUpsSought(services, account, before, query)) {
      found.push(topUp)
      if (found.length === limit) break
    }
    const topUps = fitting(found.map((topUp) => topUpShape(topUp, state)))
    const last = found.length === limit || topUps.length < found.length ? found[topUps.length - 1] : undefined
    const next = last === undefined ? {} : { next: cursor.write([last.createdAt, last.id]) }
    return { status: 200, body: { topUps, ...next } }
  },
})

const getTopUp = reading({
  operationId: 'getTopUp',
  tag: 'Top-ups',
  summary: 'One top-up and where it stands',
  params: topUpPathSchema,
  query: nothing,
  answers: [{ status: 200, description: 'The top-up', schema: shownTopUpSchema, example: topUpExample }],
  problems: ['top-up.not-found'],
  handle: async ({ params }, { services }) => {
    const { header } = await headOf(services, params.account)
    return { status: 200, body: topUpShape(await knownTopUp(services, params), header.topUp) }
  },
})

const getTopUpsCsv = reading({
  operationId: 'getTopUpsCsv',
  tag: 'Top-ups',
  summary: 'The same as a table',
  description: `CSV in UTF-8 (RFC 4180), newest first, at most ${CSV_ROWS} rows. Credits of what was paid, less those taken back, is what the log has of it. Amounts are exact; no text is taken for a formula.`,
  params: accountPathSchema,
  query: z.strictObject(filters),
  answers: [
    { status: 200, description: 'With a header line', schema: z.string(), example: CSV_HEADER, mediaType: 'text/csv' },
  ],
  problems: [],
  handle: async ({ params: { account }, query }, { services }) => {
    const { topUp: state } = (await headOf(services, account)).header
    const found: TopUp[] = []
    for await (const topUp of topUpsSought(services, account, undefined, query)) {
      found.push(topUp)
      if (found.length === CSV_ROWS) break
    }
    return { status: 200, body: new FileBody('text/csv; charset=utf-8', topUpsCsv(found, state)) }
  },
})

export const topUpHistoryOperations: readonly Operation[] = [listTopUps, getTopUp, getTopUpsCsv]
