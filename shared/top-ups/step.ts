import type { TopUpTally } from '../ledger/tally/top-up-state.ts'
import type { Payment } from '../payments/payment.ts'
import type { Answered, Checkout } from '../payments/provider.ts'
import type { Instant } from '../time/instant.ts'
import type { TopUpDecision } from './decide-top-up.ts'
import type { EndReason } from './top-up.ts'

/** The next step of a top-up. `io/steps/advance-top-up.ts` performs it, and asks again. */
export type Step =
  /** Nothing, until a message says that something changed. */
  | { readonly kind: 'rest' }
  // Ask the provider.
  | { readonly kind: 'ask-method' }
  | { readonly kind: 'look-up'; readonly customer: string }
  | { readonly kind: 'close-page'; readonly customer: string; readonly page: string }
  /** Compare a payment with the request. */
  | { readonly kind: 'compare'; readonly payment: Payment }
  | { readonly kind: 'make-page'; readonly customer: string }
  | { readonly kind: 'charge'; readonly customer: string; readonly method: string }
  | { readonly kind: 'cancel'; readonly payment: Payment }
  // Ask the log.
  | { readonly kind: 'decide'; readonly hasMethod: boolean }
  | { readonly kind: 'read-tally' }
  | { readonly kind: 'ask-whether-awaited' }
  // Write to the log.
  | { readonly kind: 'credit' }
  | { readonly kind: 'credit-again' }
  | { readonly kind: 'tell-end' }
  | { readonly kind: 'retry-with-newer-method' }
  // Move the record.
  | {
      readonly kind: 'begin'
      readonly customer: string | undefined
      readonly method: string | undefined
      readonly askedAt: Instant
    }
  | { readonly kind: 'await-payer'; readonly payment: Payment; readonly page: Checkout }
  | { readonly kind: 'await-bank'; readonly payment: Payment }
  | { readonly kind: 'keep-paid'; readonly payment: Payment }
  | { readonly kind: 'end'; readonly end: End; readonly finding: Finding | undefined }

/** How a top-up ends without a payment. */
export interface End {
  readonly reason: EndReason
  /** When it is tried again. */
  readonly until?: Instant
  /** How much it counts towards suspension. */
  readonly declines?: number
  readonly declineCode?: string | undefined
}

/** A report for an operator. */
export interface Finding {
  /** The provider's id, or `none`. */
  readonly payment: string
  readonly detail: string
}

/** Facts that the steps found about a top-up. They are dropped when the record moves. */
export interface Seen {
  /** The last step said all there is to say. */
  readonly isDone?: true
  /** It was not charged for too long. */
  readonly isStale?: true
  // By the log's head.
  readonly decision?: TopUpDecision
  readonly tally?: TopUpTally
  /** The log may lack the credits. */
  readonly mayBeLost?: boolean
  /** The log or the payer knows how it ended. */
  readonly isEndTold?: true
  // By the provider.
  readonly payer?: Payer
  readonly look?: Look
  readonly isPageClosed?: true
  /** A payment for it, not compared yet. */
  readonly found?: Payment
  /** The payment that decides its state; it matches the request. */
  readonly payment?: Payment
  /** The page where the payer confirms `payment`. */
  readonly page?: Answered<Checkout>
  /** The state of `payment` or `leftover` after it was cancelled. */
  readonly ended?: Payment
  /** A payment that waits for the payer beside the page that replaced it. */
  readonly leftover?: Payment
  /** Why the provider will not charge. */
  readonly refusal?: string
}

/** Who pays, and with what. `refusal`: the provider did not say with what. */
interface Payer {
  readonly customer: string | undefined
  readonly method: string | undefined
  readonly refusal: string | undefined
}

/**
 * What the provider has of a top-up. `page`: where it can still be paid, and the record does not know it. `refused`: the
 * provider does not know the payer, or not any more.
 */
export type Look =
  | { readonly kind: 'begun'; readonly payment: Payment; readonly page?: Checkout }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly detail: string }
