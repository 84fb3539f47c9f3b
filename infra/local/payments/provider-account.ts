import { judge } from './bank.ts'
import type { Card, Charge, Intent, Session } from './objects.ts'
import type { KeptState } from './payment-state.ts'

/** Processing takes so long here. */
const PROCESSING_MS = 10_000

/** The provider's account: cards, payments, refunds, disputes, and the webhooks of them. */
export interface ProviderAccount {
  readonly nextId: (kind: string) => string
  readonly seconds: () => number
  readonly pay: (intent: Intent, card: Card, isPresent: boolean) => void
  readonly complete: (session: Session, lastFour: string) => Intent | undefined
  readonly refund: (intent: Intent, cents: number) => object
  readonly dispute: (intent: Intent) => object
  /** The newest refund of a payment never reached the payer, and the money comes back; `undefined`: it has none. */
  readonly failRefund: (intent: Intent) => object | undefined
  /** The dispute of a payment ends in our favour; `undefined`: it has none that is open. */
  readonly winDispute: (intent: Intent) => object | undefined
  readonly tell: (type: string, object: object) => void
}

export function providerAccount(
  { state, save }: KeptState,
  now: () => number,
  onEvent: (event: { readonly id: string; readonly text: string; tries: number }) => void,
): ProviderAccount {
  const seconds = (): number => Math.floor(now() / 1000)
  const nextId = (kind: string): string => {
    state.serial += 1
    return `${kind}_local_${state.serial}`
  }
  const tell = (type: string, object: object): void => {
    const id = nextId('evt')
    const text = JSON.stringify({
      id,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: seconds(),
      livemode: false,
      type,
      data: { object },
    })
    const event = { id, text, tries: 0 }
    state.events.push(event)
    save()
    onEvent(event)
  }

  const cardOf = (customer: string, lastFour: string): Card => ({
    id: nextId('pm'),
    object: 'payment_method',
    type: 'card',
    customer,
    created: seconds(),
    livemode: false,
    card: { brand: 'visa', last4: lastFour, exp_month: 4, exp_year: 2031 },
  })
  const store = (card: Card): void => {
    state.cards[card.id] = card
    tell('payment_method.attached', card)
  }

  const pay = (intent: Intent, card: Card, isPresent: boolean): void => {
    const { status, error } = judge(card.card.last4, isPresent)
    intent.payment_method = card.id
    intent.status = status
    intent.last_payment_error = error ?? null
    if (status !== 'requires_payment_method') intent.latest_charge = chargeOf(card)
    if (status === 'processing') settleLater(intent.id)
    tell(`payment_intent.${status === 'requires_payment_method' ? 'payment_failed' : status}`, intent)
  }
  const chargeOf = (card: Card): Charge => ({
    id: nextId('ch'),
    object: 'charge',
    payment_method: card.id,
    amount_refunded: 0,
    disputed: false,
    payment_method_details: { type: 'card', card: card.card },
  })
  const settleLater = (id: string): void => {
    setTimeout(() => {
      const intent = state.intents[id]
      if (intent?.status !== 'processing') return
      intent.status = 'succeeded'
      tell('payment_intent.succeeded', intent)
    }, PROCESSING_MS).unref()
  }
  for (const { id, status } of Object.values(state.intents)) if (status === 'processing') settleLater(id)

  const complete = (session: Session, lastFour: string): Intent | undefined => {
    const card = cardOf(session.customer, lastFour)
    if (session.mode === 'payment') {
      const intent: Intent = {
        id: nextId('pi'),
        object: 'payment_intent',
        amount: session.amount_total ?? 0,
        currency: session.currency,
        customer: session.customer,
        description: session.description,
        metadata: session.intentMetadata,
        created: seconds(),
        livemode: false,
        status: 'requires_payment_method',
        payment_method: null,
        last_payment_error: null,
        latest_charge: null,
      }
      state.intents[intent.id] = intent
      pay(intent, card, true)
      if (intent.status === 'requires_payment_method') return intent
      session.payment_intent = intent.id
    }
    if (session.storesMethod) store(card)
    session.status = 'complete'
    session.url = null
    tell('checkout.session.completed', session)
    return undefined
  }

  const refund = (intent: Intent, cents: number): object => {
    const id = nextId('re')
    const made = {
      id,
      object: 'refund',
      amount: cents,
      payment_intent: intent.id,
      status: 'succeeded',
      created: seconds(),
    } as const
    state.refunds[id] = made
    if (intent.latest_charge !== null) intent.latest_charge.amount_refunded += cents
    tell('charge.refunded', { id: intent.latest_charge?.id, object: 'charge', payment_intent: intent.id })
    return made
  }

  const dispute = (intent: Intent): object => {
    const id = nextId('dp')
    const made = {
      id,
      object: 'dispute',
      // What was refunded before is not disputed.
      amount: intent.amount - (intent.latest_charge?.amount_refunded ?? 0),
      payment_intent: intent.id,
      status: 'needs_response',
      created: seconds(),
    } as const
    state.disputes[id] = { ...made }
    if (intent.latest_charge !== null) intent.latest_charge.disputed = true
    tell('charge.dispute.funds_withdrawn', made)
    return made
  }

  const failRefund = (intent: Intent): object | undefined => {
    const newest = Object.values(state.refunds).findLast(
      ({ payment_intent, status }) => payment_intent === intent.id && status === 'succeeded',
    )
    if (newest === undefined) return undefined
    newest.status = 'failed'
    if (intent.latest_charge !== null) intent.latest_charge.amount_refunded -= newest.amount
    tell('refund.failed', newest)
    return newest
  }

  const winDispute = (intent: Intent): object | undefined => {
    const open = Object.values(state.disputes).find(
      ({ payment_intent, status }) => payment_intent === intent.id && status === 'needs_response',
    )
    if (open === undefined) return undefined
    open.status = 'won'
    tell('charge.dispute.closed', open)
    return open
  }
  return { nextId, seconds, pay, complete, refund, dispute, failRefund, winDispute, tell }
}
