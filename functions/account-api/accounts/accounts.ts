import * as api from '../../../shared/api/accounts/accounts.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { noSuchAccount, readAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { type Services, serve } from '../services.ts'

const getAccount = serve(api.getAccount, async ({ params }, { services }) => {
  const record = await readAccount(services.accounts, params.account)
  if (record === undefined) throw noSuchAccount(params.account)
  return { status: 200, body: api.accountShape(record) }
})

export const accountHandlers: readonly Served<Services>[] = [getAccount]
