import type * as z from 'zod/mini'
import { settingsShape } from '../../../shared/api/credits/top-up-entry.ts'
import { type givenLevelSchema, readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import { autoTopUpShape, type givenAutoTopUpSchema, readAutoTopUp } from '../../../shared/api/top-ups/auto-top-up.ts'
import * as api from '../../../shared/api/top-ups/top-up-settings.ts'
import { nextPurchaseShape, topUpStateShape } from '../../../shared/api/top-ups/top-up-state.ts'
import type { Served } from '../../../shared/http/serve.ts'
import type { Settings } from '../../../shared/ledger/entries/settings.ts'
import { noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { readHead, settingsInForce } from '../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { checkedAutoTopUp } from '../../../shared/top-ups/checked-auto-top-up.ts'
import { monthIn } from '../../../shared/top-ups/io/month-in.ts'
import { saveSettings } from '../../../shared/top-ups/io/save-settings.ts'
import { shownStop } from '../../../shared/top-ups/io/top-up-stop.ts'
import { buysAtOnce, nextPurchaseOf } from '../../../shared/top-ups/next-purchase-of.ts'
import type { PurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'
import { type Services, serve } from '../services.ts'

const getSettings = serve(api.getTopUpSettings, async ({ params: { account } }, setting) => {
  const { services } = setting
  const head = await readHead(services.log, account)
  if (head === undefined) throw noSuchAccount(account)
  return {
    status: 200,
    body: await shown(services, head, await settingsInForce(services.log, head), await monthIn(account, setting)),
  }
})

async function shown(
  { log, purchases }: Pick<Services, 'log' | 'purchases'>,
  { header }: Page,
  settings: Settings,
  month: string,
) {
  const { autoTopUp } = settings
  const next = autoTopUp && nextPurchaseOf(header, autoTopUp, month, purchases)
  const stopped = await shownStop(log, header)
  return {
    version: header.settingsSeq,
    ...settingsShape(settings),
    ...topUpStateShape(header, autoTopUp),
    ...(stopped !== undefined && { stopped }),
    ...(next && { nextPurchase: nextPurchaseShape(next) }),
  }
}

const putSettings = serve(api.putTopUpSettings, async ({ params: { account }, body, key }, setting) => {
  const { caller, tools, services } = setting
  const settings = readBody(body, services.purchases)
  const month = await monthIn(account, setting)
  const entry = { kind: 'settings', key, actor: caller.subject, at: tools.now(), settings } as const
  const page = await saveSettings(account, entry, body, month, setting)
  return { status: 200, body: await shown(services, page, settings, month) }
})

interface Body {
  readonly lowBalanceLevels: readonly z.infer<typeof givenLevelSchema>[]
  readonly lowBalanceShares: readonly number[]
  readonly autoTopUp?: z.infer<typeof givenAutoTopUpSchema> | undefined
}

function readBody({ lowBalanceLevels, lowBalanceShares, autoTopUp }: Body, purchases: PurchaseSettings): Settings {
  return {
    lowBalanceLevels: lowBalanceLevels.map(readGivenAmount),
    lowBalanceShares: lowBalanceShares.length > 0 ? [...new Set(lowBalanceShares)] : undefined,
    autoTopUp: autoTopUp && checkedAutoTopUp(readAutoTopUp(autoTopUp, purchases.most), purchases),
  }
}

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

export const topUpSettingsHandlers: readonly Served<Services>[] = [getSettings, putSettings, previewSettings]
