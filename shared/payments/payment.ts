import * as z from 'zod/mini'
import type { Euros } from '../money/amounts.ts'
import type { TakingCause } from '../money/taking-causes.ts'
import type { Instant } from '../time/instant.ts'

/** The top-up of a payment. It stands in the payment at the provider too, so that it is found there after a loss here. */
export interface TopUpName {
  readonly account: string
  /** Within the account. */
  readonly topUp: string
}

/**
 * `declined`: nothing was taken, and nothing will be unless it is tried again; `needs-action`: the payer has to confirm;
 * `canceled`: final, nothing will ever be taken.
 */
export type PaymentStatus = 'declined' | 'needs-action' | 'processing' | 'succeeded' | 'canceled'

/** A payment by the provider's API, in neutral words. Never built from a webhook. */
export interface Payment extends TopUpName {
  /** The provider's id. */
  readonly id: string
  readonly status: PaymentStatus
  /** The charged amount. */
  readonly amount: Euros
  /** ISO 4217, upper case. */
  readonly currency: string
  /** Who pays, by the provider's id. */
  readonly customer: string | undefined
  readonly isLive: boolean
  readonly createdAt: Instant
  /** Of the newest attempt that failed. */
  readonly decline: Decline | undefined
  readonly method: PaymentMethod | undefined
  readonly takings: readonly Taking[]
}

/** A hard one fails again with the same method, however often it is tried. */
export interface Decline {
  /** The provider's code: `insufficient_funds`. */
  readonly code: string
  readonly isHard: boolean
}

/** How a payment method is stored. */
export const storedMethod = z.readonly(
  z.object({
    id: z.string(),
    /** `visa`, `sepa_debit`, … */
    brand: z.string(),
    lastFour: z.string(),
    /** `2028-04`; absent: it has none. */
    expires: z.optional(z.string()),
  }),
)

/** The visible part of a payment method; the rest is only at the provider. */
export type PaymentMethod = z.output<typeof storedMethod>

/** Money of a payment that went back, or came again. A taking is never removed: a refund that failed is two takings. */
export interface Taking {
  /** The provider's id of the refund or dispute; of a dispute won, that of the dispute and `#won`; of a refund that failed, `#failed`. */
  readonly id: string
  readonly cause: TakingCause
  readonly amount: Euros
}
