import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PaymentServer, startPaymentServer } from '../payments/payment-server.ts'

interface Keys {
  readonly apiKey: string
  readonly webhookSecret: string
  /** Kept, so that a page that somebody has open is still there after a restart. */
  readonly port?: number
}

/** Starts the payment server, and says what functions need to know of it: `api` to ask it, `webhook` to know it. */
export async function startPayments(
  directory: string,
  webhookUrl: string,
): Promise<{ readonly payments: PaymentServer; readonly secrets: Readonly<Record<'api' | 'webhook', string>> }> {
  const path = join(directory, 'payments', 'keys.json')
  const { apiKey, webhookSecret, port } = keysIn(path)
  const start = (at: number | undefined) =>
    startPaymentServer({
      ...{ directory, apiKey, webhook: { url: webhookUrl, secret: webhookSecret }, now: Date.now },
      ...(at !== undefined && { port: at }),
    })
  const payments = await start(port).catch(() => start(undefined))
  const { address } = payments
  mkdirSync(join(directory, 'payments'), { recursive: true })
  writeFileSync(path, JSON.stringify({ apiKey, webhookSecret, port: Number(new URL(address).port) }), { mode: 0o600 })
  const isLive = false
  const webhook = { webhookSecrets: [webhookSecret], providerAccount: 'acct_local', isLive }
  const api = { apiKey, isLive, apiBase: address }
  return { payments, secrets: { api: JSON.stringify(api), webhook: JSON.stringify(webhook) } }
}

function keysIn(path: string): Keys {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Keys
  } catch {
    const random = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`
    return { apiKey: random('rk_test_'), webhookSecret: random('whsec_') }
  }
}
