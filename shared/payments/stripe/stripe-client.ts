import Stripe from 'stripe'
import type { PaymentSecret } from '../io/payment-secret.ts'

/** The version of Stripe's API that all of this was written against. */
const API_VERSION = '2026-10-28.endive'

/** Longer than Stripe takes, shorter than a function may. */
const TIMEOUT_MS = 20_000

/** Stripe as the secret says: its own address, or one that speaks its API. No retries here: who asks knows what may be asked twice. */
export function stripeClient({ apiKey, apiBase }: PaymentSecret): Stripe {
  const at = apiBase === undefined ? undefined : new URL(apiBase)
  return new Stripe(apiKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 0,
    timeout: TIMEOUT_MS,
    telemetry: false,
    ...(at && {
      host: at.hostname,
      port: at.port,
      protocol: at.protocol === 'http:' ? ('http' as const) : ('https' as const),
    }),
  })
}
