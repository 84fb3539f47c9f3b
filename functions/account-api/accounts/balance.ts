import * as api from '../../../shared/api/accounts/balance.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import { type Services, serve } from '../services.ts'

const getBalance = serve(api.getBalance, async ({ params: { account } }, { services }) => {
  const head = await readHead(services.log, account)
  if (head === undefined) throw noSuchAccount(account)
  const { balance, totalCredited, totalCharged, seq } = head.header
  return {
    status: 200,
    body: {
      account,
      balance: amountText(balance),
      credited: amountText(totalCredited),
      charged: amountText(totalCharged),
      seq,
    },
  }
})

export const balanceHandlers: readonly Served<Services>[] = [getBalance]
