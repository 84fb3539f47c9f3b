import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { entrySchema, entryShape } from '../../../shared/api/credits/entry.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import { type Operation, reading } from '../../../shared/http/operation.ts'
import { noSuchAccount } from '../../../shared/ledger/io/known-account.ts'
import { readEntries } from '../../../shared/ledger/io/read-entries.ts'

const ENTRIES_AT_MOST = 1000
const ENTRIES_USUALLY = 100

const seqSchema = z.int().check(z.minimum(1), z.maximum(Number.MAX_SAFE_INTEGER - 1))
const cursor = cursorOf('entries', z.tuple([seqSchema, z.int().check(z.minimum(0))]))

const listEntries = reading({
  operationId: 'listEntries',
  tag: 'Credits',
  summary: "List the entries of an account's log",
  description:
    'In the order of the log, oldest first. Entries are never changed: a cursor holds for ever. Fewer than `limit` do not mean that it was all: `next` says so.',
  params: accountPathSchema,
  query: pagingSchema(ENTRIES_AT_MOST, ENTRIES_USUALLY),
  answers: [
    {
      status: 200,
      description: 'Entries',
      schema: z.object({ entries: z.array(entrySchema), next: nextSchema }),
      example: {
        entries: [
          {
            kind: 'open',
            page: 1,
            position: 0,
            actor: 'olga',
            at: '2026-11-23T10:15:30.123Z',
            lowBalanceLevels: [{ eur: '10.00', credits: '1000' }],
          },
          {
            kind: 'grant',
            page: 2,
            position: 0,
            amount: { eur: '50.00', credits: '5000' },
            actor: 'olga',
            reason: 'welcome',
            at: '2026-11-23T10:16:00.000Z',
          },
        ],
        next: 'WyJlbnRyaWVzIixbMiwwXV0',
      },
    },
  ],
  problems: [],
  handle: async ({ params: { account }, query }, { services }) => {
    const { limit = ENTRIES_USUALLY } = query
    const [page, position] = query.after === undefined ? [] : cursor.read(query.after)
    const after = page === undefined || position === undefined ? undefined : { page, position }
    const list = await readEntries(services.log, account, { after, limit })
    if (list === undefined) throw noSuchAccount(account)
    const entries = fitting(list.entries.map((one) => entryShape(one.entry, one.page, one.position)))
    const last = list.entries[entries.length - 1]
    const hasMore = list.hasMore || entries.length < list.entries.length
    const next = hasMore && last !== undefined ? { next: cursor.write([last.page, last.position]) } : {}
    return { status: 200, body: { entries, ...next } }
  },
})

export const entryOperations: readonly Operation[] = [listEntries]
