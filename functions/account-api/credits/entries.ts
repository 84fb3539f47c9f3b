import * as api from '../../../shared/api/credits/entries.ts'
import { entryShape } from '../../../shared/api/credits/entry.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readEntries } from '../../../shared/ledger/io/read-entries.ts'
import { type Services, serve } from '../services.ts'

const listEntries = serve(
  api.listEntries,
  async ({ params: { account }, query: { limit, after: place } }, { services }) => {
    const after = place && { page: place[0], position: place[1] }
    const list = await readEntries(services.log, account, { after, limit })
    if (list === undefined) throw noSuchAccount(account)
    const entries = fitting(list.entries.map((one) => entryShape(one.entry, one.page, one.position)))
    const last = list.hasMore || entries.length < list.entries.length ? list.entries[entries.length - 1] : undefined
    return { status: 200, body: { entries, next: api.paging.next(last && [last.page, last.position]) } }
  },
)

export const entryHandlers: readonly Served<Services>[] = [listEntries]
