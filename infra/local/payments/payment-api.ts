import { type Fields, groupIn, textIn } from './form.ts'
import type { Customer, Intent, Session } from './objects.ts'
import type { PaymentState } from './payment-state.ts'
import type { ProviderAccount } from './provider-account.ts'

/** A request of the SDK, read. */
export interface ApiRequest {
  readonly method: string
  /** Without `/v1`. */
  readonly path: string
  readonly fields: Fields
}

export interface ApiAnswer {
  readonly status: number
  readonly body: object
}

/** Stripe: at most 24 hours. */
const PAGE_OPEN_SECONDS = 24 * 60 * 60

/** An error as Stripe answers it. */
export const refused = (status: number, type: string, message: string, more: object = {}): ApiAnswer => ({
  status,
  body: { error: { type, message, ...more } },
})
const missing = (what: string): ApiAnswer =>
  refused(404, 'invalid_request_error', `No such ${what}`, { code: 'resource_missing' })
const ok = (body: object): ApiAnswer => ({ status: 200, body })
const list = (data: readonly object[], url: string): ApiAnswer => ok({ object: 'list', data, has_more: false, url })

/** The part of Stripe's API that is used. What it does not know it refuses: nothing is guessed. */
export function paymentApi(state: PaymentState, account: ProviderAccount, pageUrl: (id: string) => string) {
  return (request: ApiRequest): ApiAnswer => {
    const { method, path, fields } = request
    const [, resource = '', id = '', action = ''] =
      /^\/([a-z_]+(?:\/sessions)?)(?:\/([^/]+))?(?:\/([a-z]+))?$/.exec(path) ?? []
    switch (`${method} ${resource}${id && '/id'}${action && `/${action}`}`) {
      case 'POST customers':
        return ok(createCustomer(state, account, fields))
      case 'GET customers/id':
        return found(state.customers[id] ?? stubOf(state, id), 'customer')
      case 'DELETE customers/id':
        return deleteCustomer(state, account, id)
      case 'GET payment_methods': {
        const customer = textIn(fields, 'customer') ?? ''
        if (state.customers[customer] === undefined) return missing(`customer: '${customer}'`)
        const cards = Object.values(state.cards).filter((card) => card.customer === customer)
        return list(cards.reverse().slice(0, Number(textIn(fields, 'limit') ?? '10')), path)
      }
      case 'POST payment_intents':
        return createIntent(state, account, fields)
      case 'GET payment_intents':
        return list(intentsOf(state, fields), path)
      case 'GET payment_intents/id':
        return found(state.intents[id], 'payment_intent')
      case 'POST payment_intents/id/cancel':
        return cancel(state.intents[id], account)
      case 'POST checkout/sessions':
        return createSession(state, account, fields, pageUrl)
      case 'GET checkout/sessions':
        return list(sessionsOf(state, fields), path)
      case 'GET checkout/sessions/id':
        return found(state.sessions[id], 'checkout.session')
      case 'POST checkout/sessions/id/expire':
        return expire(state.sessions[id], account)
      case 'GET refunds':
        return list(moneyBack(state, state.refunds, fields), path)
      case 'POST refunds': {
        const intent = state.intents[textIn(fields, 'payment_intent') ?? '']
        if (intent?.status !== 'succeeded') return missing('succeeded payment_intent')
        const left = intent.amount - (intent.latest_charge?.amount_refunded ?? 0)
        const cents = Number(textIn(fields, 'amount') ?? String(left))
        if (!(cents > 0 && cents <= left)) return refused(400, 'invalid_request_error', 'no more than was paid')
        return ok(account.refund(intent, cents))
      }
      case 'GET disputes':
        return list(moneyBack(state, state.disputes, fields), path)
      default:
        return refused(404, 'invalid_request_error', `this server does not know ${method} /v1${path}`)
    }
  }
}

const found = (object: object | undefined, what: string): ApiAnswer =>
  object === undefined ? missing(what) : ok(object)

const textsIn = (fields: Fields | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )

/** Refunds or disputes, of one payment or of all, newest first; with the payment in each where it is asked for. */
function moneyBack<T extends { readonly payment_intent: string; readonly created: number }>(
  { intents }: PaymentState,
  all: Readonly<Record<string, T>>,
  fields: Fields,
): readonly object[] {
  const payment = textIn(fields, 'payment_intent')
  const isExpanded = textIn(groupIn(fields, 'expand'), '0') === 'data.payment_intent'
  return Object.values(all)
    .filter((one) => payment === undefined || one.payment_intent === payment)
    .filter(({ created }) => isWithin(created, fields))
    .reverse()
    .map((one) => (isExpanded ? { ...one, payment_intent: intents[one.payment_intent] } : one))
}

function isWithin(at: number, fields: Fields): boolean {
  const created = groupIn(fields, 'created')
  return at >= Number(textIn(created, 'gte') ?? '0') && at <= Number(textIn(created, 'lte') ?? 'Infinity')
}

function createCustomer(state: PaymentState, account: ProviderAccount, fields: Fields): Customer {
  const customer: Customer = {
    id: account.nextId('cus'),
    object: 'customer',
    name: textIn(fields, 'name') ?? null,
    email: textIn(fields, 'email') ?? null,
    metadata: textsIn(groupIn(fields, 'metadata')),
    created: account.seconds(),
    livemode: false,
    invoice_settings: { default_payment_method: null },
  }
  state.customers[customer.id] = customer
  return customer
}

/** Stripe: a deleted customer is still shown as such, and nothing else can be done with it. */
const stubOf = (state: PaymentState, id: string): object | undefined =>
  state.deleted[id] === true ? { id, object: 'customer', deleted: true } : undefined

function deleteCustomer(state: PaymentState, account: ProviderAccount, id: string): ApiAnswer {
  const customer = state.customers[id]
  if (customer === undefined) return missing('customer')
  delete state.customers[id]
  state.deleted[id] = true
  account.tell('customer.deleted', customer)
  return found(stubOf(state, id), 'customer')
}

function createIntent(state: PaymentState, account: ProviderAccount, fields: Fields): ApiAnswer {
  const customer = textIn(fields, 'customer') ?? ''
  const card = state.cards[textIn(fields, 'payment_method') ?? '']
  const amount = Number(textIn(fields, 'amount'))
  if (state.customers[customer] === undefined) return missing(`customer: '${customer}'`)
  if (card?.customer !== customer) return missing('PaymentMethod of this customer')
  if (mayLeadAway(fields))
    return refused(400, 'invalid_request_error', 'you must provide a `return_url`, or never allow redirects')
  if (!Number.isSafeInteger(amount) || amount < 50)
    return refused(400, 'invalid_request_error', 'Amount must be at least €0.50 eur', { code: 'amount_too_small' })
  const intent: Intent = {
    id: account.nextId('pi'),
    object: 'payment_intent',
    amount,
    currency: textIn(fields, 'currency') ?? '',
    customer,
    description: textIn(fields, 'description') ?? null,
    metadata: textsIn(groupIn(fields, 'metadata')),
    created: account.seconds(),
    livemode: false,
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: null,
    latest_charge: null,
  }
  state.intents[intent.id] = intent
  account.pay(intent, card, false)
  const { last_payment_error: error } = intent
  if (error === null) return ok(intent)
  return refused(402, 'card_error', error.message, { ...error, payment_intent: structuredClone(intent) })
}

/** Stripe: automatic payment methods are enabled by default, and may lead the payer to another page and back. */
function mayLeadAway(fields: Fields): boolean {
  const methods = groupIn(fields, 'automatic_payment_methods')
  const isAutomatic = textIn(methods, 'enabled') !== 'false' && groupIn(fields, 'payment_method_types') === undefined
  return isAutomatic && textIn(methods, 'allow_redirects') !== 'never' && textIn(fields, 'return_url') === undefined
}

function intentsOf(state: PaymentState, fields: Fields): readonly Intent[] {
  const customer = textIn(fields, 'customer')
  return Object.values(state.intents)
    .filter((intent) => customer === undefined || intent.customer === customer)
    .filter(({ created }) => isWithin(created, fields))
    .reverse()
}

function cancel(intent: Intent | undefined, account: ProviderAccount): ApiAnswer {
  if (intent === undefined) return missing('payment_intent')
  if (intent.status !== 'requires_payment_method')
    return refused(400, 'invalid_request_error', `is ${intent.status}`, { code: 'payment_intent_unexpected_state' })
  intent.status = 'canceled'
  account.tell('payment_intent.canceled', intent)
  return ok(intent)
}

function createSession(
  state: PaymentState,
  account: ProviderAccount,
  fields: Fields,
  pageUrl: (id: string) => string,
): ApiAnswer {
  const mode = textIn(fields, 'mode')
  const customer = textIn(fields, 'customer') ?? ''
  if (mode !== 'payment' && mode !== 'setup') return refused(400, 'invalid_request_error', `no mode ${mode}`)
  if (state.customers[customer] === undefined) return missing(`customer: '${customer}'`)
  const item = groupIn(groupIn(groupIn(fields, 'line_items'), '0'), 'price_data')
  const intent = groupIn(fields, 'payment_intent_data')
  const id = account.nextId('cs')
  const session: Session = {
    id,
    object: 'checkout.session',
    mode,
    customer,
    metadata: textsIn(groupIn(fields, 'metadata')),
    amount_total: mode === 'payment' ? Number(textIn(item, 'unit_amount')) : null,
    currency: textIn(item, 'currency') ?? textIn(fields, 'currency') ?? 'eur',
    intentMetadata: textsIn(groupIn(intent, 'metadata')),
    description: textIn(intent, 'description') ?? '',
    storesMethod: mode === 'setup' || textIn(intent, 'setup_future_usage') === 'off_session',
    success_url: textIn(fields, 'success_url') ?? '',
    cancel_url: textIn(fields, 'cancel_url') ?? '',
    locale: textIn(fields, 'locale') === 'de' ? 'de' : 'en',
    created: account.seconds(),
    livemode: false,
    expires_at: account.seconds() + PAGE_OPEN_SECONDS,
    status: 'open',
    payment_intent: null,
    url: pageUrl(id),
  }
  state.sessions[id] = session
  return ok(session)
}

function sessionsOf(state: PaymentState, fields: Fields): readonly Session[] {
  const [customer, status] = [textIn(fields, 'customer'), textIn(fields, 'status')]
  return Object.values(state.sessions)
    .filter((session) => customer === undefined || session.customer === customer)
    .filter((session) => status === undefined || session.status === status)
    .reverse()
}

function expire(session: Session | undefined, account: ProviderAccount): ApiAnswer {
  if (session === undefined) return missing('checkout.session')
  if (session.status !== 'open') return refused(400, 'invalid_request_error', `This Session is ${session.status}`)
  session.status = 'expired'
  session.url = null
  account.tell('checkout.session.expired', session)
  return ok(session)
}
