import { type Fault, GroschenError } from '../errors/groschen-error.ts'
import type { Euros } from '../money/amounts.ts'
import type { Instant } from '../time/instant.ts'
import type { Payment, PaymentMethod, Taking, TopUpName } from './payment.ts'

/** A charge: its payer, amount and purpose. */
interface ChargeRequest {
  readonly name: TopUpName
  /** The provider's id. */
  readonly customer: string
  /** The provider's id of the method to charge. */
  readonly method: string
  /** The provider's idempotency key: one for each top-up, for ever. */
  readonly key: string
  readonly amount: Euros
  readonly description: string
}

interface CheckoutRequest extends Omit<ChargeRequest, 'method' | 'key'> {
  /** The payment method is stored and charged for automatic top-ups. No card is stored without this. */
  readonly storesMethod: boolean
  /** The payer's bank is asked to confirm it, also where it would not ask of its own accord. */
  readonly confirmed?: boolean
  /** The page's: `de`, `en`. */
  readonly language: string
  /** The URL after the provider's page, with or without a payment. */
  readonly returnUrl: string
}

/** A page of the provider's, where a person pays. */
export interface Checkout {
  readonly id: string
  readonly url: string
  readonly expiresAt: Instant
}

interface CheckoutOutcome {
  readonly account: string
  readonly customer: string | undefined
  /** The provider's id. */
  readonly payment: string | undefined
}

interface CustomerRequest {
  readonly account: string
  readonly name: string
  readonly email: string | undefined
  /** The customer that this one is made in the place of, by the provider's id: that one is gone. */
  readonly replaces?: string | undefined
}

/** A customer as the provider has it. */
interface Customer {
  /** The account that it is for; `undefined`: this program did not make it. */
  readonly account: string | undefined
}

/**
 * The interface of a payment provider; one module each. A webhook is a hint;
 * the answer of `payment` is the truth.
 */
export interface PaymentProvider {
  /** Stands in the identity of every credit entry: `stripe`. */
  readonly name: string
  /** Makes a customer, once for its account, details and replaced customer, within the provider's memory of keys. Returns its id. */
  readonly createCustomer: (request: CustomerRequest) => Promise<string>
  /** `undefined`: there is none, or it was deleted; nothing can be charged to it any more. */
  readonly customer: (id: string) => Promise<Customer | undefined>
  /**
   * Charges the stored method of a customer who is not there. The same request with the same key
   * again answers with the same payment while the provider remembers keys. A decline is a payment, not an error.
   *
   * @throws OutcomeUnknown when it may have happened or not; look at `paymentsFor` before anything else
   * @throws PaymentRefused when the provider will never do this
   */
  readonly charge: (request: ChargeRequest) => Promise<Payment>
  /** Makes the page where the top-up is paid by hand; its key is the top-up's name. */
  readonly checkout: (request: CheckoutRequest) => Promise<Checkout>
  /** Pages where a top-up can still be paid, newest first, consistently. */
  readonly openCheckouts: (name: TopUpName, customer: string) => Promise<readonly Checkout[]>
  /** Closes a page that was not paid; one that was paid, or is closed already, stays as it is. */
  readonly closeCheckout: (id: string) => Promise<void>
  /** Makes the page where a method is stored without a payment. */
  readonly setup: (
    request: Omit<CheckoutRequest, 'name' | 'amount' | 'description' | 'storesMethod'> & { readonly key: string },
  ) => Promise<Checkout>
  /** The result of a page: the payment made there, or the account whose method was stored; `undefined`: no such page. */
  readonly outcomeOfCheckout: (id: string) => Promise<CheckoutOutcome | undefined>
  /** Every payment that was ever begun for a top-up. Consistent: the answer has all payments made before this call. */
  readonly paymentsFor: (name: TopUpName, customer: string, since: Instant) => Promise<readonly Payment[]>
  /** Every payment of a customer that was begun for an account since a time, consistently. */
  readonly paymentsOf: (account: string, customer: string, since: Instant) => Promise<readonly Payment[]>
  readonly payment: (id: string) => Promise<Payment | undefined>
  /** Cancels a payment unless it has succeeded meanwhile. @returns its state then */
  readonly cancel: (id: string) => Promise<Payment>
  /** The stored payment method of a customer; `undefined`: none. */
  readonly methodOf: (customer: string) => Promise<PaymentMethod | undefined>
  /** Whether a payment is of the live mode that this stage takes money in. That it is of our account the key says: no other's can be asked for. */
  readonly isOurs: (payment: Payment) => Promise<boolean>
  /** Our payments made in a stretch of time, newest first. A refund that failed may be missing in them. */
  readonly paymentsBetween: (from: Instant, to: Instant) => AsyncIterable<Payment>
  /** Takings by refunds or disputes that began in a stretch of time, newest first, of payments of any age. */
  readonly takingsBetween: (kind: 'refund' | 'dispute', from: Instant, to: Instant) => AsyncIterable<PaymentTaking>
}

/** One of a payment's takings, and when the refund or dispute of it began. */
export interface PaymentTaking extends TopUpName {
  /** The provider's id. */
  readonly payment: string
  readonly taking: Taking['id']
  readonly at: Instant
}

/** How long the provider answers a key with its first answer (Stripe: at least 24 hours). No key is used again later. */
export const KEY_MEMORY_MS = 24 * 60 * 60 * 1000

/** The provider gave no answer, or none that tells the outcome. */
export class OutcomeUnknown extends GroschenError {
  readonly code = 'payments.outcome-unknown'
  readonly fault: Fault = 'retry'
  constructor(what: string, cause: unknown) {
    super(`${what}: the payment provider did not say what came of it; it is looked up before anything else`, { cause })
  }
}

/** The provider refused the request itself, not the payer's method: a wrong request, a missing right, an unknown customer. */
export class PaymentRefused extends GroschenError {
  readonly code = 'payments.refused'
  readonly fault: Fault = 'bug'
  constructor(what: string, cause: unknown) {
    super(`${what}: the payment provider refused (${cause instanceof Error ? cause.message : String(cause)})`, {
      cause,
    })
  }
}

/** The provider's answer, or the final error. */
export type Answered<T> =
  | { readonly kind: 'answer'; readonly answer: T }
  | { readonly kind: 'refused'; readonly detail: string }

/**
 * Asks the provider one thing, and nothing else, so that no other refusal is taken for this one.
 *
 * @throws OutcomeUnknown
 */
export async function answered<T>(ask: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { kind: 'answer', answer: await ask() }
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw error
    return { kind: 'refused', detail: error.message }
  }
}
