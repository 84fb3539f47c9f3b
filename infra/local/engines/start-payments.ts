import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PaymentServer, startPaymentServer } from '../payments/payment-server.ts'

interface Keys {
  readonly apiKey: string
  readonly webhookSecret: string
}

/** Starts the payment server, and says what functions need to know of it: `api` to ask it, `webhook` to know it. */
export async function startPayments(
  directory: string,
  webhookUrl: string,
  port: number,
): Promise<{ readonly payments: PaymentServer; readonly secrets: Readonly<Record<'api' | 'webhook', string>> }> {
  const path = join(directory, 'payments', 'keys.json')
  const { apiKey, webhookSecret } = keysIn(path)
  const webhookTo = { url: webhookUrl, secret: webhookSecret }
  const payments = await startPaymentServer({ directory, apiKey, webhook: webhookTo, now: Date.now, port })
  const { address } = payments
  mkdirSync(join(directory, 'payments'), { recursive: true })
  writeFileSync(path, JSON.stringify({ apiKey, webhookSecret }), { mode: 0o600 })
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
