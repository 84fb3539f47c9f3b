import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { shownStatuses } from '../../top-ups/shown-top-up.ts'
import { originKinds } from '../../top-ups/top-up.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { givenTimeSchema } from '../fields/time.ts'
import { shownTopUpSchema, topUpExample, topUpPathSchema } from './top-up.ts'
import { CSV_HEADER } from './top-ups-csv.ts'

export const MOST = 100
export const paging = pagingOf('top-ups', z.tuple([z.number(), z.string()]), MOST)

/** API Gateway answers with at most 6 MB; a row has some 300 bytes. */
export const CSV_ROWS = 10_000

const filters = {
  status: z.optional(z.enum(shownStatuses)),
  origin: z.optional(z.enum(originKinds)),
  from: z.optional(described(givenTimeSchema, 'Wanted at this time or later')),
  to: z.optional(described(givenTimeSchema, 'Wanted before this time')),
}

export const listTopUps = reading({
  operationId: 'listTopUps',
  route: 'GET /v1/accounts/{account}/top-ups',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'What an account bought, and tried to',
  description: 'Newest first. One that was made a moment ago may be missing. What was credited stands in the log too.',
  params: accountPathSchema,
  query: z.strictObject({ ...paging.query, ...filters }),
  answers: [
    answer(200, 'Top-ups', z.object({ topUps: z.array(shownTopUpSchema), next: nextSchema }), {
      topUps: [topUpExample],
    }),
  ],
})

export const getTopUp = reading({
  operationId: 'getTopUp',
  route: 'GET /v1/accounts/{account}/top-ups/{topUp}',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'One top-up and where it stands',
  params: topUpPathSchema,
  answers: [answer(200, 'The top-up', shownTopUpSchema, topUpExample)],
  problems: ['top-up.not-found'],
})

export const getTopUpsCsv = reading({
  operationId: 'getTopUpsCsv',
  route: 'GET /v1/accounts/{account}/top-ups.csv',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'The same as a table',
  description: `CSV in UTF-8 (RFC 4180), newest first, at most ${CSV_ROWS} rows. Credits of what was paid, less those taken back, is what the log has of it. Amounts are exact; no text is taken for a formula.`,
  params: accountPathSchema,
  query: z.strictObject(filters),
  answers: [
    { status: 200, description: 'With a header line', schema: z.string(), example: CSV_HEADER, mediaType: 'text/csv' },
  ],
})

export const topUpHistoryOperations: readonly Operation[] = [listTopUps, getTopUp, getTopUpsCsv]
