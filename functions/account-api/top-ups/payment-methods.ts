import * as api from '../../../shared/api/top-ups/payment-methods.ts'
import { shownState } from '../../../shared/api/top-ups/top-up-state.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { knownAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { payerOf } from '../../../shared/top-ups/io/by-hand/payer-of.ts'
import { readPayer } from '../../../shared/top-ups/io/payers-table.ts'
import { retryTopUp } from '../../../shared/top-ups/io/retry-top-up.ts'
import { type Services, serve } from '../services.ts'

const getMethod = serve(api.getPaymentMethod, async ({ params: { account } }, { services }) => {
  await knownAccount(services, account)
  const payer = await readPayer(services.accounts, account)
  const method = payer && (await services.provider.methodOf(payer.customer))
  if (method === undefined) return { status: 200, body: { method: null } }
  const { brand, lastFour, expires } = method
  return { status: 200, body: { method: { brand, lastFour, expires } } }
})

const setUpMethod = serve(api.setUpPaymentMethod, async ({ params: { account }, key }, { services }) => {
  const { name } = await knownAccount(services, account)
  const { customer } = await payerOf(account, name, services)
  const { language } = await services.billing(account)
  const { returnUrl } = services
  const page = await services.provider.setup({ key: `${account}#${key}`, customer, language, returnUrl })
  return { status: 201, body: { url: page.url, expiresAt: instantText(page.expiresAt) } }
})

const retry = serve(api.retryTopUp, async ({ params: { account }, key }, setting) => {
  const made = { key, actor: setting.caller.subject, at: setting.tools.now() }
  return { status: 200, body: { state: shownState(await retryTopUp(account, made, setting)) } }
})

export const paymentMethodHandlers: readonly Served<Services>[] = [getMethod, setUpMethod, retry]
