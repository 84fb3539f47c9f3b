import Stripe from 'stripe'
import { type Instant, MINUTE_MS, SECOND_MS } from '../../time/instant.ts'
import type { Payment, TopUpName } from '../payment.ts'
import type { PaymentSecret } from '../payment-secret.ts'
import type { Checkout, CheckoutRequest, PaymentProvider } from '../provider.ts'
import { ACCOUNT, idOf, inCents, readMethod, readPayment, readTakings, TOP_UP } from './read-payment.ts'
import { stripeClient } from './stripe-client.ts'
import { asked, askedFor } from './stripe-errors.ts'

/** Stripe: the clocks of two machines. */
const SKEW_MS = 5 * MINUTE_MS
/** Stripe: the most of one page. */
const PAGE = 100

const keyed = (idempotencyKey: string) => ({ idempotencyKey })
const metadataOf = ({ account, topUp }: TopUpName) => ({ [ACCOUNT]: account, [TOP_UP]: topUp })
const seconds = (at: Instant): number => Math.floor(at / SECOND_MS)

/**
 * Payments by Stripe. The secret is asked for at each call, so that a new key counts as soon as it is there.
 *
 * Payments are found by listing those of the customer: lists are consistent, Stripe's search is up to a minute late.
 */
export function stripeProvider(secretOf: () => Promise<PaymentSecret>, now: () => Instant): PaymentProvider {
  let made: { readonly secret: PaymentSecret; readonly stripe: Stripe } | undefined
  const client = async (): Promise<Stripe> => {
    const secret = await secretOf()
    if (made?.secret !== secret) made = { secret, stripe: stripeClient(secret) }
    return made.stripe
  }
  const whole = async (intent: Stripe.PaymentIntent): Promise<Payment | undefined> => {
    const charge = intent.latest_charge
    const isTouched = charge !== null && typeof charge !== 'string' && (charge.amount_refunded > 0 || charge.disputed)
    if (!isTouched) return readPayment(intent, [])
    const stripe = await client()
    const [refunds, disputes] = await Promise.all([
      stripe.refunds.list({ payment_intent: intent.id, limit: PAGE }),
      stripe.disputes.list({ payment_intent: intent.id, limit: PAGE }),
    ])
    return readPayment(intent, readTakings(refunds.data, disputes.data))
  }
  const ours = async (intent: Stripe.PaymentIntent): Promise<Payment> => {
    const payment = await whole(intent)
    if (payment === undefined) throw new Error(`payment ${intent.id} lost the names it was made with`)
    return payment
  }
  const pageOf = (session: Stripe.Checkout.Session): Checkout => ({
    id: session.id,
    url: session.url ?? '',
    expiresAt: session.expires_at * SECOND_MS,
  })

  return {
    name: 'stripe',
    createCustomer: ({ account, name, email }) =>
      asked(`a customer for ${account}`, async () => {
        const of = { name, metadata: { [ACCOUNT]: account }, ...(email !== undefined && { email }) }
        return (await (await client()).customers.create(of, keyed(`groschen-customer-${account}`))).id
      }),
    charge: ({ name, customer, method, key, amount, description }) =>
      asked(`a payment for ${name.topUp} of ${name.account}`, async () => {
        const stripe = await client()
        try {
          return await ours(
            await stripe.paymentIntents.create(
              {
                ...{ amount: inCents(amount), currency: 'eur', customer, payment_method: method, description },
                ...{ confirm: true, off_session: true, metadata: metadataOf(name), expand: ['latest_charge'] },
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
    checkout: ({ name, customer, amount, description, language, returnUrl, storesMethod }: CheckoutRequest) =>
      asked(`a page for ${name.topUp} of ${name.account}`, async () => {
        const item = { currency: 'eur', unit_amount: inCents(amount), product_data: { name: description } }
        const session = await (await client()).checkout.sessions.create(
          {
            ...{
              mode: 'payment',
              customer,
              line_items: [{ quantity: 1, price_data: item }],
              metadata: metadataOf(name),
            },
            // Stripe keeps what was paid with for the customer only where this says so.
            payment_intent_data: {
              ...{ metadata: metadataOf(name), description },
              ...(storesMethod && { setup_future_usage: 'off_session' as const }),
            },
            ...{ success_url: returnUrl, cancel_url: returnUrl, locale: language === 'de' ? 'de' : 'en' },
          },
          keyed(`groschen-page-${name.account}#${name.topUp}`),
        )
        return pageOf(session)
      }),
    setup: ({ customer, key, language, returnUrl }) =>
      asked(`a page to store a method of ${customer}`, async () => {
        const session = await (await client()).checkout.sessions.create(
          {
            ...{ mode: 'setup', currency: 'eur', customer, success_url: returnUrl, cancel_url: returnUrl },
            locale: language === 'de' ? 'de' : 'en',
          },
          keyed(`groschen-setup-${key}`),
        )
        return pageOf(session)
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
      asked(`the payments for ${topUp} of ${account}`, async () => {
        const found: Payment[] = []
        const of = { customer, created: { gte: seconds(since - SKEW_MS) }, limit: PAGE, expand: ['data.latest_charge'] }
        for await (const intent of (await client()).paymentIntents.list(of)) {
          const payment = readPayment(intent, [])
          if (payment?.account === account && payment.topUp === topUp) found.push(await ours(intent))
        }
        return found
      }),
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
        const payment = await whole(intent)
        if (payment !== undefined) yield payment
      }
    },
  }
}
