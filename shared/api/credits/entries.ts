import * as z from 'zod/mini'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { entrySchema } from './entry.ts'

const seqSchema = z.int().check(z.minimum(1), z.maximum(Number.MAX_SAFE_INTEGER - 1))
export const paging = pagingOf('entries', z.tuple([seqSchema, z.int().check(z.minimum(0))]), 1000, 100)

export const listEntries = reading({
  operationId: 'listEntries',
  route: 'GET /v1/accounts/{account}/entries',
  scope: 'account:read',
  tag: 'Credits',
  summary: "List the entries of an account's log",
  description:
    'In the order of the log, oldest first. Entries are never changed: a cursor holds for ever. Fewer than `limit` do not mean that it was all: `next` says so.',
  params: accountPathSchema,
  query: z.strictObject(paging.query),
  answers: [
    answer(200, 'Entries', z.object({ entries: z.array(entrySchema), next: nextSchema }), {
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
    }),
  ],
})

export const entryOperations: readonly Operation[] = [listEntries]
