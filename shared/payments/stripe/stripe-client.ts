import Stripe from 'stripe'
import type { PaymentSecret, SecretOf } from '../io/payment-secret.ts'
import { OutcomeUnknown, PaymentRefused } from '../provider.ts'

/** The version of Stripe's API that all of this was written against. */
const API_VERSION = '2026-10-28.endive'

/** Longer than Stripe takes, shorter than a function may. */
const TIMEOUT_MS = 20_000

/** Stripe: a refused request will be refused again. Any other error may hide a success, now or a moment later. */
const REFUSED = new Set([400, 402, 404])

/** Calls Stripe with the stage's key. A missing answer or a refusal becomes an error of the provider interface. */
export class StripeClient {
  readonly #secretOf: SecretOf<PaymentSecret>
  #made: { readonly secret: PaymentSecret; readonly stripe: Stripe } | undefined

  constructor(secretOf: SecretOf<PaymentSecret>) {
    this.#secretOf = secretOf
  }

  async client(): Promise<Stripe> {
    const secret = await this.#secretOf()
    if (this.#made?.secret !== secret) this.#made = { secret, stripe: stripeOf(secret) }
    return this.#made.stripe
  }

  /** @throws OutcomeUnknown, PaymentRefused */
  async asked<T>(what: string, ask: (stripe: Stripe) => Promise<T>): Promise<T> {
    try {
      return await this.#withKey(ask)
    } catch (error) {
      throw asPaymentError(what, error)
    }
  }

  /** The same, where nothing by that id is an answer: `undefined`. */
  async askedFor<T>(what: string, ask: (stripe: Stripe) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#withKey(ask)
    } catch (error) {
      if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return undefined
      throw asPaymentError(what, error)
    }
  }

  /** Stripe refuses a key that was replaced a moment ago before anything happens: the same is asked with the other key. */
  async #withKey<T>(ask: (stripe: Stripe) => Promise<T>): Promise<T> {
    try {
      return await ask(await this.client())
    } catch (error) {
      const refused = this.#made?.secret
      if (!(error instanceof Stripe.errors.StripeAuthenticationError) || (await this.#secretOf(refused)) === refused)
        throw error
      return await ask(await this.client())
    }
  }
}

/** A wrong key is ours to mend: it is tried again. */
const asPaymentError = (what: string, error: unknown): Error =>
  error instanceof Stripe.errors.StripeError && REFUSED.has(error.statusCode ?? 0)
    ? new PaymentRefused(what, error)
    : new OutcomeUnknown(what, error)

/** Stripe, or another server with its API, by the secret. No retries here: the caller knows what may be repeated. */
function stripeOf({ apiKey, apiBase }: PaymentSecret): Stripe {
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
