import { Webhook } from 'standardwebhooks'
import { type Fault, GroschenError } from '../../shared/errors/groschen-error.ts'
import { claimNotice, isNoticed } from '../../shared/notices/io/notices-table.ts'
import { type Instant, SECOND_MS } from '../../shared/time/instant.ts'
import type { Ports } from './ports.ts'

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
  { notices, webhook }: Ports,
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

/** Follows no redirect: what is signed for one receiver is for that one. */
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
