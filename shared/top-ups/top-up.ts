import type { TopUpPlace } from '../ledger/tally/top-up-state.ts'
import type { Credits, Euros } from '../money/amounts.ts'
import type { Taking } from '../payments/payment.ts'
import type { Language } from '../text/language.ts'
import type { Instant } from '../time/instant.ts'

/** How far a top-up has come (mission, "Auto top-up"). What each may become stands in `moves.ts`. */
export const topUpStatuses = [
  'wanted',
  'paying',
  'needs-action',
  'processing',
  'paid',
  'credited',
  'skipped',
  'failed',
  'refunded',
  'disputed',
] as const
export type TopUpStatus = (typeof topUpStatuses)[number]

/** Why a top-up was skipped, or why it failed. */
export const endReasons = [
  'off',
  'cap-reached',
  'cooldown',
  'no-payment-method',
  'declined',
  'not-completed',
  'provider-refused',
  'not-needed',
] as const
export type EndReason = (typeof endReasons)[number]

/** Whether the provider was asked before it ended so. */
export const statusOfEnd = (reason: EndReason): 'skipped' | 'failed' =>
  reason === 'declined' || reason === 'not-completed' || reason === 'provider-refused' ? 'failed' : 'skipped'

export const originKinds = ['automatic', 'manual', 'invoice'] as const satisfies readonly Origin['kind'][]

/** Who wanted it. */
export type Origin =
  /** Where the log opened it. */
  | { readonly kind: 'automatic'; readonly of: TopUpPlace }
  /** A request of an admin, by its Idempotency-Key. */
  | {
      readonly kind: 'manual'
      readonly key: string
      readonly actor: string
      readonly by: 'method' | 'checkout'
      /** What is paid with on the page is stored: frozen, since the same request has the same page. */
      readonly storesMethod?: true
      /** It counts towards the caps in the log. Absent: it was wanted before purchases were counted. */
      readonly counted?: true
      /** The payer's bank confirms it on the page: frozen too. */
      readonly confirmed?: true
    }
  | {
      readonly kind: 'invoice'
      readonly key: string
      readonly actor: string
      /** The invoice's number. */
      readonly reference: string
      /** `2026-12-24`. */
      readonly dueOn: string
    }

/** What a purchase costs, in euros of two decimals: `total` = (net − discount + fee) + tax. */
export interface Price {
  /** The credits bought, at a cent each. */
  readonly net: Euros
  readonly discount: Euros
  readonly fee: Euros
  readonly tax: Euros
  readonly total: Euros
}

/** One purchase of credits and its course. The log has the credits; this has everything around them. */
export interface TopUp {
  readonly account: string
  /** Within the account; made of the origin, so that whoever makes it again makes the same one. */
  readonly id: string
  readonly origin: Origin
  readonly status: TopUpStatus
  readonly reason: EndReason | undefined
  /** Of a decline, the provider's code. */
  readonly declineCode: string | undefined
  /** Of a failed one, how much it counts towards suspension. */
  readonly declines: number
  readonly credits: Credits
  readonly price: Price
  /** Of the provider. */
  readonly customer: string | undefined
  /** What was asked to be charged: the same in every attempt, or the provider's key would not be the same. */
  readonly method: string | undefined
  readonly payment: string | undefined
  /** Where a person pays, while somebody has to. */
  readonly checkout: { readonly id: string; readonly url: string; readonly expiresAt: Instant } | undefined
  /** When the provider was first asked: its memory of the key began. */
  readonly askedAt: Instant | undefined
  /** When somebody last set out to begin a payment: it may be on its way from then on. */
  readonly begunAt: Instant | undefined
  /** Of a method that was charged: `visa 4242`. */
  readonly paidWith: string | undefined
  readonly paidAt: Instant | undefined
  /** The page of the log with its credits. */
  readonly page: number | undefined
  readonly takings: readonly Taking[]
  /** So many of them stand in the log. */
  readonly takenBack: number
  /** When it is tried again, of its own accord. */
  readonly nextTry: Instant | undefined
  /** The version of the billing details when it was wanted; 0: there were none. */
  readonly billing: number
  /** Of the page where it is paid, as it was when the top-up was wanted: the same request has the same page. */
  readonly language: Language | undefined
  readonly createdAt: Instant
  readonly updatedAt: Instant
  /** Counts the changes, from 1. */
  readonly version: number
}

/** The id of the top-up that a page opened. */
export const automaticId = (of: TopUpPlace): string => `auto-${of}`

/** The id of one that a person wanted; `digest` tells it from every other of the account. */
export const wantedId = (kind: 'manual' | 'invoice', digest: string): string => `${kind}-${digest}`

/** Who wanted it, by its id: entries of the log name it, and no more. */
export function originOfId(id: string): Origin['kind'] {
  if (id.startsWith('auto-')) return 'automatic'
  return id.startsWith('invoice-') ? 'invoice' : 'manual'
}
