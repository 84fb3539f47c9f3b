import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { startFauxqs } from 'fauxqs'
import { expect } from 'vitest'
import { paymentWebhook } from '../../../functions/payment-webhook/payment-webhook.ts'
import { topUp } from '../../../functions/top-up/top-up.ts'
import { type PaymentServer, startPaymentServer } from '../../../infra/local/payments/payment-server.ts'
import type { Tools } from '../../../shared/aws/lambda.ts'
import { Table } from '../../../shared/aws/table.ts'
import type { AutoTopUp } from '../../../shared/ledger/entries/auto-top-up.ts'
import type { Entry } from '../../../shared/ledger/entries/entries.ts'
import type { Settings } from '../../../shared/ledger/entries/settings.ts'
import { appendPage, readPages } from '../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import { credits, euros } from '../../../shared/money/amounts.ts'
import type { PaymentSecret } from '../../../shared/payments/io/payment-secret.ts'
import type { PaymentProvider } from '../../../shared/payments/provider.ts'
import { StripeProvider } from '../../../shared/payments/stripe/stripe-provider.ts'
import { putPayer } from '../../../shared/top-ups/io/payers-table.ts'
import type { TopUpClients } from '../../../shared/top-ups/io/top-up-ports.ts'
import { DEFAULT_PURCHASES, readPurchaseSettings } from '../../../shared/top-ups/purchase-settings.ts'
import { anAccount, decision, inTime, putAcme } from '../../world/accounts.ts'
import { startBus } from '../../world/local-bus.ts'
import { writerOn } from '../../world/log-writer.ts'
import { firstPage } from '../../world/pages.ts'
import { startTables, type Tables } from '../../world/tables.ts'

export const SECRET = {
  apiKey: 'rk_test_integration',
  webhookSecrets: ['whsec_integration'],
  providerAccount: 'acct_local',
  isLive: false,
}

/** The embedded engines, and a payment provider that Stripe's own SDK talks to. */
export interface World {
  readonly tables: Tables
  readonly payments: PaymentServer
  readonly provider: PaymentProvider
  readonly ports: TopUpClients
  /** Those of a process that was just started, and remembers no log. */
  readonly freshPorts: () => TopUpClients
  /** The function, as Lambda would call it with these messages; answers with how many were given back. */
  readonly topUp: (...messages: readonly object[]) => Promise<number>
  /** The same, with some of what it reaches out by in another's place. */
  readonly topUpWith: (changes: Partial<TopUpClients>, ...messages: readonly object[]) => Promise<number>
  /** Time goes by for the function. */
  readonly pass: (milliseconds: number) => void
  /** Puts settings of automatic top-up into the log; `undefined`: off. */
  readonly putSettings: (account: string, autoTopUp: AutoTopUp | undefined) => Promise<void>
  /** What the schedule does, `laterMs` from now. */
  readonly reconcile: (laterMs?: number) => Promise<void>
  readonly webhook: () => ReturnType<typeof paymentWebhook>
  /** What lies in the top-up queue. */
  readonly queued: () => Promise<readonly string[]>
  /** An account with a card, that buys 100.00 € below 20.00 €, and has nothing. */
  readonly openAccount: (lastFour: string | undefined) => Promise<string>
  readonly pages: (account: string) => Promise<readonly Page[]>
  /** Pays on a page of the provider's as a person does. */
  readonly visit: (url: string, card: string) => Promise<void>
  readonly stop: () => Promise<void>
}

export const settings: Settings = {
  lowBalanceLevels: [],
  autoTopUp: {
    threshold: credits('2000'),
    buys: { kind: 'amount', amount: credits('10000') },
    monthlyCap: { paid: euros('250'), number: 5 },
    cooldownMinutes: 0,
  },
}

const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined }
export const tools = {
  logger: quiet,
  metrics: { addMetric: () => undefined },
  remainingMs: () => 60_000,
  now: Date.now,
} as unknown as Tools

export async function startWorld(): Promise<World> {
  const tables = await startTables()
  const directory = mkdtempSync(join(tmpdir(), 'groschen-payments-'))
  const webhook = { url: 'http://127.0.0.1:9/', secret: SECRET.webhookSecrets[0]! }
  const payments = await startPaymentServer({ directory, apiKey: SECRET.apiKey, webhook, now: Date.now })
  const { apiKey, webhookSecrets, providerAccount, isLive } = SECRET
  const secret: PaymentSecret = { apiKey, isLive, apiBase: payments.address }
  const provider = new StripeProvider(async () => secret, Date.now)
  const engine = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  const sqs = new SQSClient({ endpoint: `http://127.0.0.1:${engine.port}` })
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'top-ups' }))
  const bus = await startBus()

  const { documents, names } = tables
  const log = { documents, name: names.log }
  const accounts = new Table(documents, names.accounts)
  const purchases = readPurchaseSettings(DEFAULT_PURCHASES)
  let passed = 0
  const now = (): number => Date.now() + passed
  const portsOfProcess = (): TopUpClients => ({
    log,
    writer: writerOn(tables, { now }),
    accounts,
    topUps: new Table(documents, names.top_ups),
    provider,
    bus: { client: bus.client, name: 'bus' },
    purchases,
    billing: async () => ({ version: 0, language: 'de', email: undefined }),
    returnUrl: 'http://127.0.0.1:9/',
  })
  const ports = portsOfProcess()

  // Each call is a process of its own.
  const topUpWith: World['topUpWith'] = async (changes, ...messages) => {
    const Records = messages.map((message, place) => ({ messageId: String(place), body: JSON.stringify(message) }))
    const run = topUp({ ...portsOfProcess(), ...changes })
    const answer = await run({ Records } as unknown as SQSEvent, { ...tools, now })
    return answer?.batchItemFailures.length ?? 0
  }
  const visit = async (page: string, card: string): Promise<void> => {
    await fetch(page, { method: 'POST', body: new URLSearchParams({ card, do: 'pay' }), redirect: 'manual' })
  }
  return {
    tables,
    payments,
    provider,
    ports,
    freshPorts: portsOfProcess,
    visit,
    topUp: (...messages) => topUpWith({}, ...messages),
    topUpWith,
    pass: (milliseconds) => {
      passed += milliseconds
    },
    putSettings: async (account, autoTopUp) => {
      const key = crypto.randomUUID()
      const put = { lowBalanceLevels: [], ...(autoTopUp && { autoTopUp }) }
      const entry: Entry = { kind: 'settings', key, actor: 'olga', at: now(), settings: put }
      const [outcome] = await ports.writer.commit(account, [decision(entry, account)], inTime)
      expect(outcome?.kind).toBe('committed')
    },
    reconcile: async (laterMs = 0) => {
      await topUp(portsOfProcess())({ reconcile: true }, { ...tools, now: () => Date.now() + laterMs })
    },
    webhook: () =>
      paymentWebhook({
        secret: async () => ({ webhookSecrets, providerAccount, isLive }),
        queue: { sqs, url },
        events: new Table(documents, names.payment_events),
      }),
    queued: async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }))
      return Messages.map(({ Body = '' }) => Body)
    },
    openAccount: async (lastFour) => {
      const account = anAccount()
      await putAcme(accounts, account, { openedAt: Date.now() })
      const customer = await provider.createCustomer({ account, name: 'Acme', email: undefined })
      await putPayer(accounts, { account, provider: 'stripe', customer, method: undefined })
      if (lastFour !== undefined) {
        const of = { customer, key: account, language: 'en', returnUrl: 'http://127.0.0.1:9/' }
        await visit((await provider.setup(of)).url, `400000000000${lastFour}`)
      }
      await appendPage(log, firstPage(account, settings))
      return account
    },
    pages: (account) => readPages(log, account, { from: 1, to: Number.MAX_SAFE_INTEGER }),
    stop: async () => {
      payments.stop()
      sqs.destroy()
      await Promise.all([engine.stop(), bus.stop(), tables.stop()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
