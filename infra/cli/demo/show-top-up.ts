import { setTimeout as wait } from 'node:timers/promises'
import { AccountBook } from '../lib/api/account-book.ts'
import type { BalanceAnswer } from '../lib/api/api-answers.ts'
import type { ApiClient } from '../lib/api/api-client.ts'
import { deliver } from '../lib/events/deliver.ts'
import { namedEvent } from '../lib/events/outgoing-event.ts'
import { Failure } from '../lib/failure.ts'
import type { DemoStage } from './continue-demo.ts'
import { TOP_UP_ACCOUNT } from './demo-account.ts'
import { mailTo, noticeOn, webhookOf } from './notices.ts'

interface TopUpAnswer {
  readonly topUp: string
  readonly status: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly paidAt?: string
  readonly paidWith?: string
  readonly payment?: string
  readonly page?: number
  readonly price: { readonly net: string; readonly fee: string; readonly tax: string; readonly total: string }
}

interface SettingsAnswer {
  readonly version: number
  readonly autoTopUp?: object
}

const PATIENCE_MS = 15_000
const POLL_MS = 100
const SOURCE = '/demo/top-up'
const EMAIL = 'billing@globex.example'
const CARD = '4242 4242 4242 4242'

/**
 * Step 4: an account that buys credits by itself. A card is stored on the provider's page, as a person does it; a charge takes
 * the balance below the threshold, and the rest happens by itself.
 *
 * @throws Failure when no credits come
 */
export async function showTopUp({ access, startedAt, directory, voice }: DemoStage): Promise<void> {
  const { api } = access
  const account = `/v1/accounts/${TOP_UP_ACCOUNT}`
  await api.post('/v1/accounts', { account: TOP_UP_ACCOUNT, name: 'Globex GmbH' }, 'groschen-demo-top-up-account')
  const grant = { amount: { eur: '20.00' }, reason: 'Demo credits' }
  await api.post(`${account}/grants`, grant, 'groschen-demo-top-up-grant')
  await nameBuyer(api, account)
  await storeCard(api, account)
  await switchOn(api, account)
  voice.paragraph(
    `Account ${TOP_UP_ACCOUNT} has 20.00 € and a card; below 20.00 € (2,000 credits) it buys credits for 100.00 €, and pays at most 500.00 € a month, with tax and fee.`,
  )

  const event = namedEvent('top-up', {
    account: TOP_UP_ACCOUNT,
    source: SOURCE,
    time: startedAt,
    user: 'heavy-user',
    group: 'sales',
    category: 'text',
    service: 'platform/workflow-wizard',
    quantities: { runs: 1 },
  })
  await deliver(access, new AccountBook(api, TOP_UP_ACCOUNT), [event])
  const topUp = await untilCredited(api, account)
  const { balance } = await api.get<BalanceAnswer>(`${account}/balance`)
  const notice = await noticeOn(directory, 'groschen.top-up.succeeded', `${TOP_UP_ACCOUNT}#${topUp.topUp}`)

  const mail = await mailTo(directory, EMAIL, `${TOP_UP_ACCOUNT}#${topUp.topUp}#succeeded`)
  const hook = await webhookOf(directory, `${TOP_UP_ACCOUNT}#${topUp.topUp}#succeeded`)

  const timeOf = (at = ''): string => at.slice('2026-11-24T'.length, -1)
  voice.lines([
    `              charged 0.10 €: the balance falls below the threshold, which opens ${topUp.topUp}`,
    `${timeOf(topUp.createdAt)}  decided: below the threshold, within the caps, a card is there`,
    `${timeOf(topUp.paidAt)}  paid ${topUp.price.total} € (${topUp.price.net} € of credits, a fee of ${topUp.price.fee} €, ${topUp.price.tax} € tax) with ${topUp.paidWith ?? ''} (${topUp.payment ?? ''})`,
    `${timeOf(topUp.updatedAt)}  credited on page ${topUp.page ?? ''} of the log: the balance is ${balance.eur} €`,
    `${timeOf(notice.time)}  told on the event bus: groschen.top-up.succeeded ${notice.id}`,
    `${timeOf(mail.time)}  mailed to ${EMAIL}: ${mail.subject}`,
    `${timeOf(hook.time)}  posted to the webhook, its signature checked there`,
  ])
  voice.line(`  The mail: ${mail.path}`)
  voice.line(`  The receipt: GET ${account}/top-ups/${topUp.topUp}/receipt.pdf (or .html)`)
}

/** The recipient of receipts and notices. */
async function nameBuyer(api: ApiClient, account: string): Promise<void> {
  const { versions } = await api.get<{ readonly versions: readonly object[] }>(`${account}/billing-details/versions`)
  if (versions.length > 0) return
  const details = {
    version: 0,
    company: 'Globex GmbH',
    email: EMAIL,
    language: 'en',
    address: { lines: ['Beispielstraße 1'], postcode: '10115', city: 'Berlin', country: 'DE' },
  }
  await api.put(`${account}/billing-details`, details, 'groschen-demo-billing-details')
}

/** As a person does it: on the provider's page. */
async function storeCard(api: ApiClient, account: string): Promise<void> {
  const stored = () => api.get<{ readonly method: object | null }>(`${account}/payment-method`)
  if ((await stored()).method !== null) return
  const { url } = await api.post<{ readonly url: string }>(`${account}/payment-method-setups`, {}, 'groschen-demo-card')
  const body = new URLSearchParams({ card: CARD, do: 'pay' })
  await fetch(url, { method: 'POST', body, redirect: 'manual' })
  if ((await stored()).method === null) throw new Failure(`no card was stored on ${url}`)
}

async function switchOn(api: ApiClient, account: string): Promise<void> {
  const { version, autoTopUp } = await api.get<SettingsAnswer>(`${account}/top-up-settings`)
  if (autoTopUp !== undefined) return
  const settings = {
    version,
    lowBalanceLevels: [{ eur: '0' }],
    lowBalanceShares: [20, 10],
    autoTopUp: { threshold: { credits: '2000' }, amount: { eur: '100' }, monthlyCap: { paid: '500', number: 5 } },
  }
  await api.put(`${account}/top-up-settings`, settings, `groschen-demo-top-up-settings-${version}`)
}

async function untilCredited(api: ApiClient, account: string): Promise<TopUpAnswer> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await wait(POLL_MS)) {
    const { topUps } = await api.get<{ readonly topUps: readonly TopUpAnswer[] }>(`${account}/top-ups`)
    const credited = topUps.find(({ status }) => status === 'credited')
    if (credited !== undefined) return credited
  }
  throw new Failure('the balance fell below the threshold, but no credits were bought')
}
