import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import { type Instant, SECOND_MS } from '../../time/instant.ts'
import type { PaymentWebhookSecret } from '../io/payment-secret.ts'

/** Stripe's events are far smaller. */
export const LARGEST_WEBHOOK_BYTES = 64 * 1024

/** Either way: Stripe's own library takes times that lie years ahead. */
const TOLERANCE_MS = 300 * SECOND_MS

/** A webhook's hint where to look. Its content is not trusted. */
export interface WebhookEvent {
  readonly id: string
  readonly type: string
  /** The object it is about. */
  readonly object: Readonly<Record<string, unknown>>
}

export type Verdict =
  | { readonly kind: 'genuine'; readonly event: WebhookEvent }
  | { readonly kind: 'forged'; readonly reason: string }

const eventSchema = z.object({
  id: z.string().check(z.regex(/^evt_[A-Za-z0-9_]{1,200}$/)),
  type: z.string().check(z.maxLength(200)),
  livemode: z.boolean(),
  account: z.optional(z.string()),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
})

const forged = (reason: string): Verdict => ({ kind: 'forged', reason })

/**
 * Whether Stripe itself sent these very bytes, to this stage, within five minutes of now.
 *
 * Stripe, "Webhook signatures": HMAC-SHA-256 over `t.body`, one of the `v1` by one of the secrets.
 */
export function verifyWebhook(
  body: Uint8Array,
  header: string | undefined,
  { webhookSecrets, isLive, providerAccount }: PaymentWebhookSecret,
  now: Instant,
): Verdict {
  if (body.length === 0) return forged('it is empty')
  if (body.length > LARGEST_WEBHOOK_BYTES) return forged(`it has ${body.length} bytes`)
  if (header === undefined || header.length > 1000) return forged('it has no signature')
  const parts = header.split(',').map((part) => part.trim().split('=', 2))
  const times = parts.flatMap(([name, value]) => (name === 't' ? [value ?? ''] : []))
  const signatures = parts.flatMap(([name, value]) => (name === 'v1' ? [value ?? ''] : []))
  const [time = ''] = times
  if (times.length !== 1 || !/^\d{1,12}$/.test(time)) return forged('its signature does not have one time')
  if (Math.abs(now - Number(time) * SECOND_MS) > TOLERANCE_MS) return forged('it was signed at another time')
  if (signatures.length === 0) return forged('its signature has no v1')
  const isSigned = webhookSecrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest()
    return signatures.some((signature) => isSame(expected, signature))
  })
  if (!isSigned) return forged('its signature is not ours')

  const event = readEvent(body)
  if (event === undefined) return forged('it is not an event')
  if (event.livemode !== isLive) return forged('it is of another live mode')
  if (event.account !== undefined && event.account !== providerAccount) return forged('it is of another account')
  const { id, type, data } = event
  return { kind: 'genuine', event: { id, type, object: data.object } }
}

function isSame(expected: Uint8Array, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}

function readEvent(body: Uint8Array): z.infer<typeof eventSchema> | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))).data
  } catch {
    return undefined
  }
}
