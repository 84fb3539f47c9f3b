import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ApiClient } from '../../infra/cli/lib/api/api-client.ts'

const PATIENCE_MS = 60_000
const POLL_MS = 200
/** What the provider said of the card has been heard by then. */
const QUIET_MS = 700

/** An account that is ready to buy: without credits, with a card. */
export async function accountWithCard(api: ApiClient, account: string): Promise<void> {
  await api.post('/v1/accounts', { account, name: account }, `open-${account}`)
  const { url } = await api.post<{ readonly url: string }>(
    `/v1/accounts/${account}/payment-method-setups`,
    {},
    `card-${account}`,
  )
  await visit(url)
  await wait(QUIET_MS)
}

const visit = async (url: string): Promise<void> => {
  const body = new URLSearchParams({ card: '4242 4242 4242 4242', do: 'pay' })
  await fetch(url, { method: 'POST', body, redirect: 'manual' })
}

/** Automatic top-up is switched on below the threshold. */
export async function buyAutomatically(api: ApiClient, account: string): Promise<void> {
  const autoTopUp = { threshold: '2000', amount: { eur: '100' }, monthlyCap: { paid: '500', number: 5 } }
  const settings = { version: 1, lowBalanceLevels: [], autoTopUp, confirmed: true }
  await api.put(`/v1/accounts/${account}/top-up-settings`, settings, `settings-${account}`)
}

/** A person buys on the provider's page. */
export async function buyOnPage(api: ApiClient, account: string): Promise<void> {
  const wanted = { amount: { eur: '100' }, pay: 'checkout' }
  const { url } = await api.post<{ readonly url: string }>(`/v1/accounts/${account}/top-ups`, wanted, `buy-${account}`)
  await visit(url)
}

/** What is wrong with what came of buying once; `undefined`: nothing. */
export async function outcomeOfBuying(api: ApiClient, account: string, directory: string): Promise<string | undefined> {
  const credited = async (): Promise<boolean> => {
    const { topUps } = await api.get<{ readonly topUps: readonly { readonly status: string }[] }>(
      `/v1/accounts/${account}/top-ups`,
    )
    return topUps.some(({ status }) => status === 'credited')
  }
  const until = Date.now() + PATIENCE_MS
  while (!(await credited())) {
    if (Date.now() > until) return 'nothing is credited'
    await wait(POLL_MS)
  }
  await wait(QUIET_MS)
  const { entries } = await api.get<{ readonly entries: readonly { readonly kind: string }[] }>(
    `/v1/accounts/${account}/entries`,
  )
  const credits = entries.filter(({ kind }) => kind === 'top-up').length
  const payments = paidFor(account, directory)
  return credits === 1 && payments === 1 ? undefined : `${payments} payments, ${credits} credits instead of one each`
}

interface KeptPayments {
  readonly intents: Readonly<
    Record<string, { readonly status: string; readonly metadata: Readonly<Record<string, string>> }>
  >
}

/** As the provider has it. */
function paidFor(account: string, directory: string): number {
  const { intents } = JSON.parse(readFileSync(join(directory, 'payments', 'state.json'), 'utf8')) as KeptPayments
  return Object.values(intents).filter(
    ({ status, metadata }) => status === 'succeeded' && metadata['groschen_account'] === account,
  ).length
}
