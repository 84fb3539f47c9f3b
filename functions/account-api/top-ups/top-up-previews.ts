import { autoTopUpShape, readAutoTopUp } from '../../../shared/api/top-ups/auto-top-up.ts'
import * as api from '../../../shared/api/top-ups/top-up-settings.ts'
import { nextPurchaseShape } from '../../../shared/api/top-ups/top-up-state.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { checkedAutoTopUp } from '../../../shared/top-ups/checked-auto-top-up.ts'
import { monthIn } from '../../../shared/top-ups/io/month-in.ts'
import { buysAtOnce, nextPurchaseOf } from '../../../shared/top-ups/next-purchase-of.ts'
import { type Services, serve } from '../services.ts'

const previewSettings = serve(api.previewTopUpSettings, async ({ params: { account }, body }, setting) => {
  const { services } = setting
  const auto = checkedAutoTopUp(readAutoTopUp(body.autoTopUp, services.purchases.most), services.purchases)
  const head = await readHead(services.log, account)
  if (head === undefined) throw noSuchAccount(account)
  const next = nextPurchaseOf(head.header, auto, await monthIn(account, setting), services.purchases)
  return {
    status: 200,
    body: {
      autoTopUp: autoTopUpShape(auto),
      buysAtOnce: buysAtOnce(head.header, auto),
      nextPurchase: next && nextPurchaseShape(next),
    },
  }
})

export const topUpPreviewHandlers: readonly Served<Services>[] = [previewSettings]
