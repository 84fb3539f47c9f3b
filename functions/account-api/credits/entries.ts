import * as z from 'zod/mini'
import * as api from '../../../shared/api/credits/entries.ts'
import { entryShape } from '../../../shared/api/credits/entry.ts'
import { cursorOf } from '../../../shared/api/fields/paging.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readEntries } from '../../../shared/ledger/io/read-entries.ts'
import { type Services, serve } from '../services.ts'

const seqSchema = z.int().check(z.minimum(1), z.maximum(Number.MAX_SAFE_INTEGER - 1))

const cursor = cursorOf('entries', z.tuple([seqSchema, z.int().check(z.minimum(0))]))

const listEntries = serve(api.listEntries, async ({ params: { account }, query }, { services }) => {
  const { limit = api.ENTRIES_USUALLY } = query
  const [page, position] = query.after === undefined ? [] : cursor.read(query.after)
  const after = page === undefined || position === undefined ? undefined : { page, position }
  const list = await readEntries(services.log, account, { after, limit })
  if (list === undefined) throw noSuchAccount(account)
  const entries = fitting(list.entries.map((one) => entryShape(one.entry, one.page, one.position)))
  const last = list.entries[entries.length - 1]
  const hasMore = list.hasMore || entries.length < list.entries.length
  const next = hasMore && last !== undefined ? { next: cursor.write([last.page, last.position]) } : {}
  return { status: 200, body: { entries, ...next } }
})

export const entryHandlers: readonly Served<Services>[] = [listEntries]
