import type { Card, Charge, Intent, IntentStatus, PendingEvent, Session } from './objects.ts'
import type { KeptState } from './payment-state.ts'

/** Processing takes so long here. */
const PROCESSING_MS = 10_000

/** The provider's account: cards, payments, refunds, disputes, and the webhooks of them. */
export class ProviderAccount {
  readonly #kept: KeptState
  readonly #now: () => number
  readonly #onEvent: (event: PendingEvent) => void

  constructor(kept: KeptState, now: () => number, onEvent: (event: PendingEvent) => void) {
    this.#kept = kept
    this.#now = now
    this.#onEvent = onEvent
    for (const { id, status } of Object.values(kept.state.intents)) if (status === 'processing') this.#settleLater(id)
  }

  seconds(): number {
    return Math.floor(this.#now() / 1000)
  }

  nextId(kind: string): string {
    this.#kept.state.serial += 1
    return `${kind}_local_${this.#kept.state.serial}`
  }

  tell(type: string, object: object): void {
    const id = this.nextId('evt')
    const text = JSON.stringify({
      id,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: this.seconds(),
      livemode: false,
      type,
      data: { object },
    })
    const event = { id, text, tries: 0 }
    this.#kept.state.events.push(event)
    this.#kept.save()
    this.#onEvent(event)
  }

  #cardOf(customer: string, lastFour: string): Card {
    return {
      id: this.nextId('pm'),
      object: 'payment_method',
      type: 'card',
      customer,
      created: this.seconds(),
      livemode: false,
      card: { brand: 'visa', last4: lastFour, exp_month: 4, exp_year: 2031 },
    }
  }

  #store(card: Card): void {
    this.#kept.state.cards[card.id] = card
    this.tell('payment_method.attached', card)
  }

  pay(intent: Intent, card: Card, isPresent: boolean): void {
    const { status, error } = judge(card.card.last4, isPresent)
    intent.payment_method = card.id
    intent.status = status
    intent.last_payment_error = error ?? null
    if (status !== 'requires_payment_method') intent.latest_charge = this.#chargeOf(card)
    if (status === 'processing') this.#settleLater(intent.id)
    this.tell(`payment_intent.${status === 'requires_payment_method' ? 'payment_failed' : status}`, intent)
  }

  #chargeOf(card: Card): Charge {
    return {
      id: this.nextId('ch'),
      object: 'charge',
      payment_method: card.id,
      amount_refunded: 0,
      disputed: false,
      payment_method_details: { type: 'card', card: card.card },
    }
  }

  #settleLater(id: string): void {
    setTimeout(() => {
      const intent = this.#kept.state.intents[id]
      if (intent?.status !== 'processing') return
      intent.status = 'succeeded'
      this.tell('payment_intent.succeeded', intent)
    }, PROCESSING_MS).unref()
  }

  /** Pays on a page, or stores its card. Returns the payment where it was declined. */
  complete(session: Session, lastFour: string): Intent | undefined {
    const card = this.#cardOf(session.customer, lastFour)
    if (session.mode === 'payment') {
      const intent: Intent = {
        id: this.nextId('pi'),
        object: 'payment_intent',
        amount: session.amount_total ?? 0,
        currency: session.currency,
        customer: session.customer,
        description: session.description,
        metadata: session.intentMetadata,
        created: this.seconds(),
        livemode: false,
        status: 'requires_payment_method',
        payment_method: null,
        last_payment_error: null,
        latest_charge: null,
      }
      this.#kept.state.intents[intent.id] = intent
      this.pay(intent, card, true)
      if (intent.status === 'requires_payment_method') return intent
      session.payment_intent = intent.id
    }
    if (session.storesMethod) this.#store(card)
    session.status = 'complete'
    session.url = null
    this.tell('checkout.session.completed', session)
    return undefined
  }

  refund(intent: Intent, cents: number): object {
    const id = this.nextId('re')
    const made = {
      id,
      object: 'refund',
      amount: cents,
      payment_intent: intent.id,
      status: 'succeeded',
      created: this.seconds(),
    } as const
    this.#kept.state.refunds[id] = made
    if (intent.latest_charge !== null) intent.latest_charge.amount_refunded += cents
    this.tell('charge.refunded', { id: intent.latest_charge?.id, object: 'charge', payment_intent: intent.id })
    return made
  }

  dispute(intent: Intent): object {
    const id = this.nextId('dp')
    const made = {
      id,
      object: 'dispute',
      // What was refunded before is not disputed.
      amount: intent.amount - (intent.latest_charge?.amount_refunded ?? 0),
      payment_intent: intent.id,
      status: 'needs_response',
      created: this.seconds(),
    } as const
    this.#kept.state.disputes[id] = { ...made }
    if (intent.latest_charge !== null) intent.latest_charge.disputed = true
    this.tell('charge.dispute.funds_withdrawn', made)
    return made
  }

  /** The newest refund of a payment fails, and the money comes back; `undefined`: it has none. */
  failRefund(intent: Intent): object | undefined {
    const newest = Object.values(this.#kept.state.refunds).findLast(
      ({ payment_intent, status }) => payment_intent === intent.id && status === 'succeeded',
    )
    if (newest === undefined) return undefined
    newest.status = 'failed'
    if (intent.latest_charge !== null) intent.latest_charge.amount_refunded -= newest.amount
    this.tell('refund.failed', newest)
    return newest
  }

  /** The dispute of a payment ends in our favour; `undefined`: it has none that is open. */
  winDispute(intent: Intent): object | undefined {
    const open = Object.values(this.#kept.state.disputes).find(
      ({ payment_intent, status }) => payment_intent === intent.id && status === 'needs_response',
    )
    if (open === undefined) return undefined
    open.status = 'won'
    this.tell('charge.dispute.closed', open)
    return open
  }
}

/** What becomes of a payment with a card. */
interface Verdict {
  readonly status: IntentStatus
  readonly error: { readonly code: string; readonly decline_code?: string; readonly message: string } | undefined
}

const declined = (decline_code: string, message: string): Verdict => ({
  status: 'requires_payment_method',
  error: { code: 'card_declined', decline_code, message },
})

/** Stripe's test cards, by their last four digits; every other card pays. */
const BY_LAST_FOUR: ReadonlyMap<string, Verdict> = new Map([
  ['0002', declined('generic_decline', 'Your card was declined.')],
  ['9995', declined('insufficient_funds', 'Your card has insufficient funds.')],
  ['9987', declined('lost_card', 'Your card was declined.')],
  [
    '3184',
    {
      status: 'requires_payment_method',
      error: {
        code: 'authentication_required',
        decline_code: 'authentication_required',
        message: 'Authentication required.',
      },
    },
  ],
  // Not one of Stripe's: a debit that takes a while.
  ['0077', { status: 'processing', error: undefined }],
])

const PAID: Verdict = { status: 'succeeded', error: undefined }

/** @param isPresent the payer is on the page, and can confirm */
function judge(lastFour: string, isPresent: boolean): Verdict {
  const verdict = BY_LAST_FOUR.get(lastFour) ?? PAID
  return isPresent && verdict.error?.code === 'authentication_required' ? PAID : verdict
}
