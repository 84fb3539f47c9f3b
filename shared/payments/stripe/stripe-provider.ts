import Stripe from 'stripe'
import { sha256, toBase64Url } from '../../digest/sha256.ts'
import { type Instant, MINUTE_MS, SECOND_MS } from '../../time/instant.ts'
import type { PaymentSecret, SecretOf } from '../io/payment-secret.ts'
import type { Payment, Taking, TopUpName } from '../payment.ts'
import type { Checkout, PaymentProvider, PaymentTaking } from '../provider.ts'
import { ACCOUNT, idOf, inCents, readMethod, readPayment, readTakings, TOP_UP } from './read-payment.ts'
import { StripeClient } from './stripe-client.ts'

/** Stripe: the clocks of two machines. */
const SKEW_MS = 5 * MINUTE_MS
/** Stripe: the most of one page. */
const PAGE = 100

const WITH_CHARGE = { expand: ['latest_charge'] }

const keyed = (idempotencyKey: string) => ({ idempotencyKey })
/** Stripe refuses a key with another body for a day. Where two requests do no harm, an edited request gets a key of its own. */
const keyOf = (name: string, body: object): string => `${name}-${toBase64Url(sha256(JSON.stringify(body)), 12)}`
const metadataOf = ({ account, topUp }: TopUpName) => ({ [ACCOUNT]: account, [TOP_UP]: topUp })
const seconds = (at: Instant): number => Math.floor(at / SECOND_MS)

/**
 * Payments by Stripe. The secret is asked for at each call, so that a new key counts as soon as it is there.
 *
 * Payments are found by listing those of the customer: lists are consistent, Stripe's search is up to a minute late.
 */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe'
  readonly #secretOf: SecretOf<PaymentSecret>
  readonly #stripe: StripeClient
  readonly #now: () => Instant

  constructor(secretOf: SecretOf<PaymentSecret>, now: () => Instant) {
    this.#secretOf = secretOf
    this.#stripe = new StripeClient(secretOf)
    this.#now = now
  }

  readonly createCustomer: PaymentProvider['createCustomer'] = ({ account, name, email, replaces }) =>
    this.#stripe.asked(`a customer for ${account}`, async (stripe) => {
      const of = { name, metadata: { [ACCOUNT]: account }, ...(email !== undefined && { email }) }
      const key = ['groschen-customer', account, ...(replaces === undefined ? [] : ['after', replaces])].join('-')
      return (await stripe.customers.create(of, keyed(keyOf(key, of)))).id
    })

  readonly customer: PaymentProvider['customer'] = async (id) => {
    const of = await this.#stripe.askedFor(`customer ${id}`, (stripe) => stripe.customers.retrieve(id))
    return of === undefined || of.deleted === true ? undefined : { account: of.metadata[ACCOUNT] }
  }

  readonly charge: PaymentProvider['charge'] = ({ name, customer, method, key, amount, description }) =>
    this.#stripe.asked(`a payment for ${name.topUp} of ${name.account}`, async (stripe) => {
      const request = {
        amount: inCents(amount),
        currency: 'eur',
        customer,
        payment_method: method,
        description,
        // Stripe: a confirmation needs a return_url, unless no method may lead the payer elsewhere. The payer is not there.
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' as const },
        confirm: true,
        off_session: true,
        metadata: metadataOf(name),
        expand: ['latest_charge'],
      }
      try {
        return await this.#ours(await stripe.paymentIntents.create(request, keyed(key)))
      } catch (error) {
        // Stripe: a decline is an error that carries the payment.
        const intent = error instanceof Stripe.errors.StripeCardError ? error.payment_intent : undefined
        if (intent === undefined) throw error
        return await this.#ours(intent)
      }
    })

  readonly checkout: PaymentProvider['checkout'] = (request) => {
    const { name, customer, amount, description, language, returnUrl, storesMethod, confirmed } = request
    return this.#stripe.asked(`a page for ${name.topUp} of ${name.account}`, async (stripe) => {
      const item = { currency: 'eur', unit_amount: inCents(amount), product_data: { name: description } }
      const session = await stripe.checkout.sessions.create(
        {
          mode: 'payment',
          customer,
          line_items: [{ quantity: 1, price_data: item }],
          metadata: metadataOf(name),
          // Only with this, Stripe stores the payment method for the customer.
          payment_intent_data: {
            metadata: metadataOf(name),
            description,
            ...(storesMethod && { setup_future_usage: 'off_session' as const }),
          },
          // Stripe: a challenge is preferred over every exemption.
          ...(confirmed && { payment_method_options: { card: { request_three_d_secure: 'challenge' as const } } }),
          success_url: returnUrl,
          cancel_url: returnUrl,
          locale: localeOf(language),
        },
        keyed(`groschen-page-${name.account}#${name.topUp}`),
      )
      return pageOf(session)
    })
  }

  readonly setup: PaymentProvider['setup'] = ({ customer, key, language, returnUrl }) =>
    this.#stripe.asked(`a page to store a method of ${customer}`, async (stripe) => {
      const urls = { success_url: returnUrl, cancel_url: returnUrl }
      const of = { mode: 'setup' as const, currency: 'eur', customer, ...urls, locale: localeOf(language) }
      return pageOf(await stripe.checkout.sessions.create(of, keyed(keyOf(`groschen-setup-${key}`, of))))
    })

  readonly openCheckouts: PaymentProvider['openCheckouts'] = ({ account, topUp }, customer) =>
    this.#stripe.asked(`the pages for ${topUp} of ${account}`, async (stripe) => {
      const found: Checkout[] = []
      for await (const session of stripe.checkout.sessions.list({ customer, status: 'open', limit: PAGE }))
        if (session.metadata?.[ACCOUNT] === account && session.metadata[TOP_UP] === topUp) found.push(pageOf(session))
      return found
    })

  readonly closeCheckout: PaymentProvider['closeCheckout'] = async (id) => {
    const look = () => this.#stripe.asked(`page ${id}`, ({ checkout }) => checkout.sessions.retrieve(id))
    if ((await look()).status !== 'open') return
    try {
      await this.#stripe.askedFor(`closing page ${id}`, ({ checkout }) => checkout.sessions.expire(id))
    } catch (error) {
      // Stripe refuses to close a page that was paid a moment ago: then it is as it should be.
      if ((await look()).status === 'open') throw error
    }
  }

  readonly outcomeOfCheckout: PaymentProvider['outcomeOfCheckout'] = async (id) => {
    const session = await this.#stripe.askedFor(`page ${id}`, (stripe) => stripe.checkout.sessions.retrieve(id))
    const customer = idOf(session?.customer)
    if (session === undefined || customer === undefined) return undefined
    const account = (await this.customer(customer))?.account
    return account === undefined ? undefined : { account, customer, payment: idOf(session.payment_intent) }
  }

  readonly paymentsFor: PaymentProvider['paymentsFor'] = ({ account, topUp }, customer, since) =>
    this.#stripe.asked(`the payments for ${topUp} of ${account}`, () =>
      this.#paidBy(customer, since, (payment) => payment.account === account && payment.topUp === topUp),
    )

  readonly paymentsOf: PaymentProvider['paymentsOf'] = (account, customer, since) =>
    this.#stripe.asked(`the payments of ${account}`, () =>
      this.#paidBy(customer, since, (payment) => payment.account === account),
    )

  readonly payment: PaymentProvider['payment'] = async (id) => {
    const intent = await this.#stripe.askedFor(`payment ${id}`, (stripe) =>
      stripe.paymentIntents.retrieve(id, WITH_CHARGE),
    )
    return intent && (await this.#stripe.asked(`what came of payment ${id}`, () => this.#whole(intent)))
  }

  readonly cancel: PaymentProvider['cancel'] = (id) =>
    this.#stripe.asked(`ending payment ${id}`, async (stripe) => {
      const intent = await stripe.paymentIntents.retrieve(id, WITH_CHARGE)
      if (intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing')
        return await this.#ours(intent)
      return await this.#ours(await stripe.paymentIntents.cancel(id, WITH_CHARGE))
    })

  readonly methodOf: PaymentProvider['methodOf'] = (customer) =>
    this.#stripe.asked(`what ${customer} pays with`, async (stripe) => {
      const of = await stripe.customers.retrieve(customer, { expand: ['invoice_settings.default_payment_method'] })
      const chosen = of.deleted === true ? null : of.invoice_settings.default_payment_method
      if (chosen !== null && typeof chosen !== 'string') return readMethod(chosen)
      // Newest first: a person who stores a method means the one just stored.
      const { data } = await stripe.paymentMethods.list({ customer, limit: 1 })
      return data[0] && readMethod(data[0])
    })

  readonly isOurs: PaymentProvider['isOurs'] = async ({ isLive }) => (await this.#secretOf()).isLive === isLive

  readonly paymentsBetween: PaymentProvider['paymentsBetween'] = (from, to) => this.#paymentsBetween(from, to)
  readonly takingsBetween: PaymentProvider['takingsBetween'] = (kind, from, to) => this.#takingsBetween(kind, from, to)

  async *#paymentsBetween(from: Instant, to: Instant): AsyncGenerator<Payment> {
    const of = { created: this.#between(from, to), limit: PAGE, expand: ['data.latest_charge'] }
    for await (const intent of (await this.#stripe.client()).paymentIntents.list(of)) {
      const payment = await this.#shown(intent)
      if (payment !== undefined) yield payment
    }
  }

  async *#takingsBetween(kind: 'refund' | 'dispute', from: Instant, to: Instant): AsyncGenerator<PaymentTaking> {
    const of = { created: this.#between(from, to), limit: PAGE, expand: ['data.payment_intent'] }
    const { refunds, disputes } = await this.#stripe.client()
    if (kind === 'refund')
      for await (const refund of refunds.list(of)) yield* takingsOf(refund, readTakings([refund], []))
    else for await (const one of disputes.list(of)) yield* takingsOf(one, readTakings([], [one]))
  }

  readonly #between = (from: Instant, to: Instant) => ({
    gte: seconds(from),
    lte: seconds(Math.min(to, this.#now() + SKEW_MS)),
  })

  async #paidBy(customer: string, since: Instant, isMeant: (payment: Payment) => boolean): Promise<readonly Payment[]> {
    const found: Payment[] = []
    const of = { customer, created: { gte: seconds(since - SKEW_MS) }, limit: PAGE, expand: ['data.latest_charge'] }
    for await (const intent of (await this.#stripe.client()).paymentIntents.list(of)) {
      const payment = readPayment(intent, [])
      if (payment !== undefined && isMeant(payment)) found.push(await this.#ours(intent))
    }
    return found
  }

  /** With all that was ever taken back, though its charge may not show it any more: a refund that failed. */
  async #whole(intent: Stripe.PaymentIntent): Promise<Payment | undefined> {
    if (intent.status !== 'succeeded') return readPayment(intent, [])
    const stripe = await this.#stripe.client()
    const of = { payment_intent: intent.id, limit: PAGE }
    const [refunds, disputes] = await Promise.all([stripe.refunds.list(of), stripe.disputes.list(of)])
    return readPayment(intent, readTakings(refunds.data, disputes.data))
  }

  /** With its takings, if its charge has any: one request for most payments. */
  async #shown(intent: Stripe.PaymentIntent): Promise<Payment | undefined> {
    const charge = intent.latest_charge
    const isTouched = charge !== null && typeof charge !== 'string' && (charge.amount_refunded > 0 || charge.disputed)
    return isTouched ? await this.#whole(intent) : readPayment(intent, [])
  }

  async #ours(intent: Stripe.PaymentIntent): Promise<Payment> {
    const payment = await this.#shown(intent)
    if (payment === undefined) throw new Error(`payment ${intent.id} lost the names it was made with`)
    return payment
  }
}

const localeOf = (language: string): 'de' | 'en' => (language === 'de' ? 'de' : 'en')

const pageOf = ({ id, url, expires_at }: Stripe.Checkout.Session): Checkout => ({
  id,
  url: url ?? '',
  expiresAt: expires_at * SECOND_MS,
})

/** None, where the payment belongs to another product. */
function takingsOf(
  { payment_intent: intent, created }: Stripe.Refund | Stripe.Dispute,
  takings: readonly Taking[],
): readonly PaymentTaking[] {
  const payment = intent === null || typeof intent === 'string' ? undefined : readPayment(intent, takings)
  if (payment === undefined) return []
  const { id, account, topUp } = payment
  return takings.map((one) => ({ account, topUp, payment: id, taking: one.id, at: created * SECOND_MS }))
}
