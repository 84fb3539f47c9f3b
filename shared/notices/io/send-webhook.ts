import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { Webhook } from 'standardwebhooks'
import { type Fault, GroschenError } from '../../errors/groschen-error.ts'
import { type Instant, MINUTE_MS, SECOND_MS } from '../../time/instant.ts'
import { claimNotice, isNoticed, type NoticesTable } from './notices-table.ts'

export interface WebhookPorts {
  readonly notices: NoticesTable
  /** `undefined`: this stage calls no webhook. `secret`: `whsec_…` */
  readonly webhook: { readonly url: URL; readonly secret: () => Promise<string> } | undefined
}

/** The receiver of webhooks did not take one; it is tried again, and then lies in the dead letters. */
class WebhookNotTaken extends GroschenError {
  readonly code = 'notices.webhook-not-taken'
  readonly fault: Fault = 'retry'
  constructor(host: string, finding: string) {
    super(`the webhook at ${host} ${finding}; expected a status from 200 to 299 within ${PATIENCE_MS / SECOND_MS} s`)
  }
}

const PATIENCE_MS = 5000

/**
 * Hands an event to the stage's webhook with the headers of Standard Webhooks 1.0, until it is taken: at least once, always with the
 * same `webhook-id`, by which a receiver knows it again.
 *
 * @param event the CloudEvent, as it came over the bus
 * @throws WebhookNotTaken
 */
export async function sendWebhook(
  { notices, webhook }: WebhookPorts,
  event: { readonly id: string },
  now: Instant,
): Promise<'sent' | 'was-sent' | 'no-webhook'> {
  if (webhook === undefined) return 'no-webhook'
  if (await isNoticed(notices, event.id, 'webhook')) return 'was-sent'
  const body = JSON.stringify(event)
  const signature = new Webhook(await webhook.secret()).sign(event.id, new Date(now), body)
  const headers = {
    'content-type': 'application/json',
    'webhook-id': event.id,
    'webhook-timestamp': String(Math.floor(now / SECOND_MS)),
    'webhook-signature': signature,
  }
  const status = await post(webhook.url, headers, body)
  if (status < 200 || status > 299) throw new WebhookNotTaken(webhook.url.host, `answered ${status}`)
  await claimNotice(notices, event.id, 'webhook', now)
  return 'sent'
}

/** Follows no redirect: a signed body is for one receiver. */
async function post(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await answer.body?.cancel()
    return answer.status
  } catch (error) {
    throw new WebhookNotTaken(url.host, `did not answer (${error instanceof Error ? error.message : String(error)})`)
  }
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/**
 * The address that a stage's webhooks go to.
 *
 * @returns `undefined` for `none`
 * @throws Error for one that is no URL, or would send notices about customers in clear text over a network
 */
export function webhookAddress(text: string): URL | undefined {
  if (text === 'none') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname))
  if (url !== undefined && isSafe && url.username === '' && url.password === '') return url
  throw new Error(`the address of notices is ${JSON.stringify(text)}; expected https://… without a password, or none`)
}

/** A changed secret counts after this at the latest. */
const KEPT_MS = 5 * MINUTE_MS

/** The secret that signs webhooks, in the form of Standard Webhooks (`whsec_` and base64); read again every five minutes. */
export class WebhookSecret {
  readonly #source: { readonly client: SecretsManagerClient; readonly arn: string }
  readonly #now: () => Instant
  #kept: { readonly secret: string; readonly at: Instant } | undefined

  constructor(source: { readonly client: SecretsManagerClient; readonly arn: string }, now: () => Instant) {
    this.#source = source
    this.#now = now
  }

  async read(): Promise<string> {
    if (this.#kept !== undefined && this.#now() - this.#kept.at < KEPT_MS) return this.#kept.secret
    const { client, arn } = this.#source
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
    const secret = `whsec_${SecretString}`
    this.#kept = { secret, at: this.#now() }
    return secret
  }
}
