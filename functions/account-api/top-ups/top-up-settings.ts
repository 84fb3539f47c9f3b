import type * as z from 'zod/mini'
import { settingsShape } from '../../../shared/api/credits/top-up-entry.ts'
import { type givenLevelSchema, readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import { type givenAutoTopUpSchema, readAutoTopUp } from '../../../shared/api/top-ups/auto-top-up.ts'
import * as api from '../../../shared/api/top-ups/top-up-settings.ts'
import { nextPurchaseShape, topUpStateShape } from '../../../shared/api/top-ups/top-up-state.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import type { Served } from '../../../shared/http/serve.ts'
import type { AutoTopUp } from '../../../shared/ledger/entries/auto-top-up.ts'
import type { Settings, SettingsEntry } from '../../../shared/ledger/entries/settings.ts'
import { noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { commitOne } from '../../../shared/ledger/io/commit/commit-one.ts'
import { proposalOnHead } from '../../../shared/ledger/io/commit/proposal.ts'
import { readHead, settingsInForce } from '../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { amountText, type Credits } from '../../../shared/money/amounts.ts'
import type { Purchase } from '../../../shared/top-ups/automatic-purchase.ts'
import { checkedAutoTopUp } from '../../../shared/top-ups/checked-auto-top-up.ts'
import { monthIn } from '../../../shared/top-ups/io/month-in.ts'
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
  const entry: SettingsEntry = { kind: 'settings', key, actor: caller.subject, at: tools.now(), settings }
  const refusalAt = (head: Page) => refusalOf(head, settings, body, month, services.purchases)
  const proposal = proposalOnHead(account, entry, refusalAt, {
    differenceFrom: (other) =>
      other.kind === 'settings' &&
      JSON.stringify(settingsShape(other.settings)) === JSON.stringify(settingsShape(settings))
        ? []
        : ['settings'],
  })
  const page = await commitOne(account, setting, proposal)
  return { status: 200, body: await shown(services, page, settings, month) }
})

type Given = {
  readonly version: number
  readonly confirmed: boolean
}

function refusalOf(
  head: Page,
  settings: Settings,
  { version, confirmed }: Given,
  month: string,
  purchases: PurchaseSettings,
): Problem | undefined {
  const { settingsSeq, account, balance } = head.header
  if (version !== settingsSeq) {
    const detail = `the settings of ${account} are at version ${settingsSeq}, not ${version}; look at them again`
    return new Problem('settings.changed', detail)
  }
  const { autoTopUp } = settings
  if (autoTopUp === undefined || confirmed || !buysAtOnce(head.header, autoTopUp)) return undefined
  const next = nextPurchaseOf(head.header, autoTopUp, month, purchases)
  const detail = `the balance of ${account} is ${amountText(balance).eur} €, below the threshold: ${purchaseText(next, autoTopUp, balance)}; send it with "confirmed": true and a new Idempotency-Key if that is meant`
  return new Problem('top-up.confirmation-needed', detail)
}

function purchaseText(next: Purchase | undefined, { threshold }: AutoTopUp, balance: Credits): string {
  if (next === undefined) return 'this buys nothing in this month, since its cap has no room for a purchase'
  const { credits, price } = next
  const what = `this buys ${amountText(credits).eur} € of credits at once (${price.total.toFixed(2)} € with tax and fee)`
  return balance.plus(credits).gte(threshold)
    ? what
    : `${what}, and what is missing beyond that after the cooldown, as far as the caps go`
}

interface Body extends Given {
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

export const topUpSettingsHandlers: readonly Served<Services>[] = [getSettings, putSettings]
