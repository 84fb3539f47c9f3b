/** The objects that are kept, in Stripe's own shapes as far as they are used. Amounts in cents, times in seconds. */
export interface Customer {
  readonly id: string
  readonly object: 'customer'
  readonly name: string | null
  readonly email: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly created: number
  readonly livemode: false
  readonly invoice_settings: { readonly default_payment_method: null }
}

export interface Card {
  readonly id: string
  readonly object: 'payment_method'
  readonly type: 'card'
  readonly customer: string
  readonly created: number
  readonly livemode: false
  readonly card: { readonly brand: 'visa'; readonly last4: string; readonly exp_month: 4; readonly exp_year: 2031 }
}

export type IntentStatus = 'succeeded' | 'processing' | 'requires_payment_method' | 'canceled'

export interface Charge {
  readonly id: string
  readonly object: 'charge'
  readonly payment_method: string
  readonly payment_method_details: { readonly type: 'card'; readonly card: Card['card'] }
  amount_refunded: number
  disputed: boolean
}

export interface Intent {
  readonly id: string
  readonly object: 'payment_intent'
  readonly amount: number
  readonly currency: string
  readonly customer: string
  readonly description: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly created: number
  readonly livemode: false
  status: IntentStatus
  payment_method: string | null
  last_payment_error: { readonly code: string; readonly decline_code?: string; readonly message: string } | null
  latest_charge: Charge | null
}

export interface Session {
  readonly id: string
  readonly object: 'checkout.session'
  readonly mode: 'payment' | 'setup'
  readonly customer: string
  readonly amount_total: number | null
  readonly currency: string
  readonly metadata: Readonly<Record<string, string>>
  readonly intentMetadata: Readonly<Record<string, string>>
  readonly description: string
  /** Whether the payment method is stored for the customer. */
  readonly storesMethod: boolean
  readonly success_url: string
  readonly cancel_url: string
  readonly locale: 'de' | 'en'
  readonly created: number
  readonly expires_at: number
  readonly livemode: false
  status: 'open' | 'complete' | 'expired'
  payment_intent: string | null
  url: string | null
}

export interface Refund {
  readonly id: string
  readonly object: 'refund'
  readonly amount: number
  readonly payment_intent: string
  status: 'succeeded' | 'failed'
  readonly created: number
}

export interface Dispute {
  readonly id: string
  readonly object: 'dispute'
  readonly amount: number
  readonly payment_intent: string
  status: 'needs_response' | 'won' | 'lost'
  readonly created: number
}

/** An answer that a key was given. */
export interface KeptAnswer {
  readonly at: number
  readonly request: string
  readonly status: number
  readonly body: unknown
}

export interface PendingEvent {
  readonly id: string
  readonly text: string
  tries: number
}
