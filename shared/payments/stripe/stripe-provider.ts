import Stripe from 'stripe'
import { sha256, toBase64Url } from '../../digest/sha256.ts'
import { type Instant, MINUTE_MS, SECOND_MS } from '../../time/instant.ts'
import type { PaymentSecret, SecretOf } from '../io/payment-secret.ts'
import type { Payment, Taking, TopUpName } from '../payment.ts'
import type { Checkout, CheckoutRequest, PaymentProvider, PaymentTaking } from '../provider.ts'
import { ACCOUNT, idOf, inCents, readMethod, readPayment, readTakings, TOP_UP } from './read-payment.ts'
import { stripeClient } from './stripe-client.ts'
import { askedFor as askedForOnce, asked as askedOnce } from './stripe-errors.ts'

/** Stripe: the clocks of two machines. */
const SKEW_MS = 5 * MINUTE_MS
/** Stripe: the most of one page. */
const PAGE = 100

const keyed = (idempotencyKey: string) => ({ idempotencyKey })
/** Stripe refuses a key that comes with another body for a day. Where two are no harm, what was edited meanwhile has a key of its own. */
const keyOf = (name: string, body: object): string => `${name}-${toBase64Url(sha256(JSON.stringify(body)), 12)}`
const metadataOf = ({ account, topUp }: TopUpName) => ({ [ACCOUNT]: account, [TOP_UP]: topUp })
const seconds = (at: Instant): number => Math.floor(at / SECOND_MS)

/**
 * Payments by Stripe. The secret is asked for at each call, so that a new key counts as soon as it is there.
 *
 * Payments are found by listing those of the customer: lists are consistent, Stripe's search is up to a minute late.
 */
export function stripeProvider(secretOf: SecretOf<PaymentSecret>, now: () => Instant): PaymentProvider {
  let made: { readonly secret: PaymentSecret; readonly stripe: Stripe } | undefined
  const client = async (): Promise<Stripe> => {
    const secret = await secretOf()
    if (made?.secret !== secret) made = { secret, stripe: stripeClient(secret) }
    return made.stripe
  }
  /** A key that was replaced a moment ago was refused before anything happened: what was asked is asked again with the other. */
  const withKey = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (error) {
      const refused = made?.secret
      if (!(error instanceof Stripe.errors.StripeAuthenticationError) || (await secretOf(refused)) === refused)
        throw error
      return await ask()
    }
  }
  const asked = <T>(what: string, ask: () => Promise<T>): Promise<T> => askedOnce(what, () => withKey(ask))
  const askedFor = <T>(what: string, ask: () => Promise<T>): Promise<T | undefined> =>
    askedForOnce(what, () => withKey(ask))

  /** With all that was ever taken back, though its charge may not show it any more: a refund that failed. */
  const whole = async (intent: Stripe.PaymentIntent): Promise<Payment | undefined> => {
    if (intent.status !== 'succeeded') return readPayment(intent, [])
    const stripe = await client()
    const [refunds, disputes] = await Promise.all([
      stripe.refunds.list({ payment_intent: intent.id, limit: PAGE }),
      stripe.disputes.list({ payment_intent: intent.id, limit: PAGE }),
    ])
    return readPayment(intent, readTakings(refunds.data, disputes.data))
  }
  /** With what was taken back where its charge says that something was: one request for most payments. */
  const shown = async (intent: Stripe.PaymentIntent): Promise<Payment | undefined> => {
    const charge = intent.latest_charge
    const isTouched = charge !== null && typeof charge !== 'string' && (charge.amount_refunded > 0 || charge.disputed)
    return isTouched ? await whole(intent) : readPayment(intent, [])
  }
  const ours = async (intent: Stripe.PaymentIntent): Promise<Payment> => {
    const payment = await shown(intent)
    if (payment === undefined) throw new Error(`payment ${intent.id} lost the names it was made with`)
    return payment
  }
  const paidBy = async (customer: string, since: Instant, isMeant: (payment: Payment) => boolean) => {
    const found: Payment[] = []
    const of = { customer, created: { gte: seconds(since - SKEW_MS) }, limit: PAGE, expand: ['data.latest_charge'] }
    for await (const intent of (await client()).paymentIntents.list(of)) {
      const payment = readPayment(intent, [])
      if (payment !== undefined && isMeant(payment)) found.push(await ours(intent))
    }
    return found
  }
  const pageOf = (session: Stripe.Checkout.Session): Checkout => ({
    id: session.id,
    url: session.url ?? '',
    expiresAt: session.expires_at * SECOND_MS,
  })

  return {
    name: 'stripe',
    createCustomer: ({ account, name, email, replaces }) =>
      asked(`a customer for ${account}`, async () => {
        const of = { name, metadata: { [ACCOUNT]: account }, ...(email !== undefined && { email }) }
        const key = ['groschen-customer', account, ...(replaces === undefined ? [] : ['after', replaces])].join('-')
        return (await (await client()).customers.create(of, keyed(keyOf(key, of)))).id
      }),
    customer: async (id) => {
      const of = await askedFor(`customer ${id}`, async () => (await client()).customers.retrieve(id))
      return of === undefined || of.deleted === true ? undefined : { account: of.metadata[ACCOUNT] }
    },
    charge: ({ name, customer, method, key, amount, description }) =>
      asked(`a payment for ${name.topUp} of ${name.account}`, async () => {
        const stripe = await client()
        try {
          return await ours(
            await stripe.paymentIntents.create(
              {
                amount: inCents(amount),
                currency: 'eur',
                customer,
                payment_method: method,
                description,
                // Stripe: a confirmation needs a return_url, unless no method may lead the payer elsewhere. Nobody is there.
                automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
                confirm: true,
                off_session: true,
                metadata: metadataOf(name),
                expand: ['latest_charge'],
              },
              keyed(key),
            ),
          )
        } catch (error) {
          // Stripe: a decline is an error that carries the payment.
          const intent = error instanceof Stripe.errors.StripeCardError ? error.payment_intent : undefined
          if (intent === undefined) throw error
          return await ours(intent)
        }
      }),
    checkout: ({
      name,
      customer,
      amount,
      description,
      language,
      returnUrl,
      storesMethod,
      confirmed,
    }: CheckoutRequest) =>
      asked(`a page for ${name.topUp} of ${name.account}`, async () => {
        const item = { currency: 'eur', unit_amount: inCents(amount), product_data: { name: description } }
        const session = await (await client()).checkout.sessions.create(
          {
            mode: 'payment',
            customer,
            line_items: [{ quantity: 1, price_data: item }],
            metadata: metadataOf(name),
            // Stripe keeps what was paid with for the customer only where this says so.
            payment_intent_data: {
              metadata: metadataOf(name),
              description,
              ...(storesMethod && { setup_future_usage: 'off_session' as const }),
            },
            // Stripe: a challenge is preferred over every exemption.
            ...(confirmed && { payment_method_options: { card: { request_three_d_secure: 'challenge' as const } } }),
            success_url: returnUrl,
            cancel_url: returnUrl,
            locale: language === 'de' ? 'de' : 'en',
          },
          keyed(`groschen-page-${name.account}#${name.topUp}`),
        )
        return pageOf(session)
      }),
    setup: ({ customer, key, language, returnUrl }) =>
      asked(`a page to store a method of ${customer}`, async () => {
        const of = {
          mode: 'setup' as const,
          currency: 'eur',
          customer,
          success_url: returnUrl,
          cancel_url: returnUrl,
          locale: language === 'de' ? ('de' as const) : ('en' as const),
        }
        const session = await (await client()).checkout.sessions.create(of, keyed(keyOf(`groschen-setup-${key}`, of)))
        return pageOf(session)
      }),
    openCheckouts: ({ account, topUp }, customer) =>
      asked(`the pages for ${topUp} of ${account}`, async () => {
        const found: Checkout[] = []
        const open = (await client()).checkout.sessions.list({ customer, status: 'open', limit: PAGE })
        for await (const session of open)
          if (session.metadata?.[ACCOUNT] === account && session.metadata[TOP_UP] === topUp) found.push(pageOf(session))
        return found
      }),
    closeCheckout: async (id) => {
      const stripe = await client()
      const session = await asked(`page ${id}`, () => stripe.checkout.sessions.retrieve(id))
      if (session.status !== 'open') return
      // Stripe refuses to close a page that was paid a moment ago: then it is as it should be.
      await askedFor(`closing page ${id}`, () => stripe.checkout.sessions.expire(id)).catch(async (error: unknown) => {
        if ((await stripe.checkout.sessions.retrieve(id)).status === 'open') throw error
      })
    },
    outcomeOfCheckout: async (id) => {
      const session = await askedFor(`page ${id}`, async () => (await client()).checkout.sessions.retrieve(id))
      const customer = idOf(session?.customer)
      if (session === undefined || customer === undefined) return undefined
      const of = await askedFor(`customer ${customer}`, async () => (await client()).customers.retrieve(customer))
      const account = of === undefined || of.deleted === true ? undefined : of.metadata[ACCOUNT]
      return account === undefined ? undefined : { account, customer, payment: idOf(session.payment_intent) }
    },
    paymentsFor: ({ account, topUp }, customer, since) =>
      asked(`the payments for ${topUp} of ${account}`, () =>
        paidBy(customer, since, (payment) => payment.account === account && payment.topUp === topUp),
      ),
    paymentsOf: (account, customer, since) =>
      asked(`the payments of ${account}`, () => paidBy(customer, since, (payment) => payment.account === account)),
    payment: (id) =>
      askedFor(`payment ${id}`, async () =>
        (await client()).paymentIntents.retrieve(id, { expand: ['latest_charge'] }),
      ).then((intent) => intent && asked(`what came of payment ${id}`, () => whole(intent))),
    cancel: (id) =>
      asked(`ending payment ${id}`, async () => {
        const stripe = await client()
        const intent = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })
        if (intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing')
          return await ours(intent)
        return await ours(await stripe.paymentIntents.cancel(id, { expand: ['latest_charge'] }))
      }),
    methodOf: (customer) =>
      asked(`what ${customer} pays with`, async () => {
        const stripe = await client()
        const of = await stripe.customers.retrieve(customer, { expand: ['invoice_settings.default_payment_method'] })
        const chosen = of.deleted === true ? null : of.invoice_settings.default_payment_method
        if (chosen !== null && typeof chosen !== 'string') return readMethod(chosen)
        // Newest first: whoever stores a method means the one just stored.
        const { data } = await stripe.paymentMethods.list({ customer, limit: 1 })
        return data[0] && readMethod(data[0])
      }),
    isOurs: async ({ isLive }) => (await secretOf()).isLive === isLive,
    paymentsBetween: async function* (from, to) {
      const created = { gte: seconds(from), lte: seconds(Math.min(to, now() + SKEW_MS)) }
      const intents = (await client()).paymentIntents.list({ created, limit: PAGE, expand: ['data.latest_charge'] })
      for await (const intent of intents) {
        const payment = await shown(intent)
        if (payment !== undefined) yield payment
      }
    },
    takingsBetween: async function* (kind, from, to) {
      const created = { gte: seconds(from), lte: seconds(Math.min(to, now() + SKEW_MS)) }
      const of = { created, limit: PAGE, expand: ['data.payment_intent'] }
      const { refunds, disputes } = await client()
      if (kind === 'refund')
        for await (const refund of refunds.list(of)) yield* takingsOf(refund, readTakings([refund], []))
      else for await (const one of disputes.list(of)) yield* takingsOf(one, readTakings([], [one]))
    },
  }
}

/** None, where the payment is none of ours. */
function takingsOf(
  { payment_intent: intent, created }: Stripe.Refund | Stripe.Dispute,
  takings: readonly Taking[],
): readonly PaymentTaking[] {
  const payment = intent === null || typeof intent === 'string' ? undefined : readPayment(intent, takings)
  if (payment === undefined) return []
  const { id, account, topUp } = payment
  return takings.map((one) => ({ account, topUp, payment: id, taking: one.id, at: created * SECOND_MS }))
}
