import type Stripe from 'stripe'
import { type Euros, euros } from '../../money/amounts.ts'
import { exact } from '../../money/exact.ts'
import { SECOND_MS } from '../../time/instant.ts'
import type { Decline, Payment, PaymentMethod, PaymentStatus, Taking } from '../payment.ts'
import { AUTHENTICATION_REQUIRED, isHardDecline } from './decline-codes.ts'

/** The metadata fields of our names at Stripe. */
export const ACCOUNT = 'groschen_account'
export const TOP_UP = 'groschen_top_up'

const CENTS = 100

/** Stripe counts in cents. */
export const inCents = (amount: Euros): number => amount.times(CENTS).toNumber()
const fromCents = (cents: number): Euros => euros(exact(String(cents)).dividedBy(CENTS).toFixed())

/** A payment intent as one of our payments; `undefined`: another program made it. */
export function readPayment(intent: Stripe.PaymentIntent, takings: readonly Taking[]): Payment | undefined {
  const { [ACCOUNT]: account, [TOP_UP]: topUp } = intent.metadata
  if (account === undefined || topUp === undefined) return undefined
  const status = statusOf(intent)
  return {
    id: intent.id,
    account,
    topUp,
    status,
    amount: fromCents(intent.amount),
    currency: intent.currency.toUpperCase(),
    customer: idOf(intent.customer),
    isLive: intent.livemode,
    createdAt: intent.created * SECOND_MS,
    decline: declineOf(intent),
    method: methodOfCharge(intent.latest_charge),
    takings,
  }
}

function statusOf(intent: Stripe.PaymentIntent): PaymentStatus {
  switch (intent.status) {
    case 'succeeded':
      return 'succeeded'
    case 'processing':
      return 'processing'
    case 'canceled':
      return 'canceled'
    case 'requires_action':
    case 'requires_confirmation':
      return 'needs-action'
    default:
      return intent.last_payment_error?.code === AUTHENTICATION_REQUIRED ? 'needs-action' : 'declined'
  }
}

function declineOf({ last_payment_error: error }: Stripe.PaymentIntent): Decline | undefined {
  const code = error?.decline_code ?? error?.code
  if (code === undefined || code === AUTHENTICATION_REQUIRED) return undefined
  return { code, isHard: isHardDecline(code) }
}

/** The id of an object that Stripe sends whole or by its id. */
export const idOf = (of: string | { readonly id: string } | null | undefined): string | undefined =>
  typeof of === 'string' ? of : of?.id

function methodOfCharge(charge: Stripe.PaymentIntent['latest_charge']): PaymentMethod | undefined {
  if (charge === null || typeof charge === 'string') return undefined
  const { card, sepa_debit: debit, type } = charge.payment_method_details ?? {}
  const id = charge.payment_method ?? ''
  if (card) return { id, brand: card.brand ?? 'card', lastFour: card.last4 ?? '', expires: monthOf(card) }
  return { id, brand: type ?? 'other', lastFour: debit?.last4 ?? '', expires: undefined }
}

/** The visible part of a stored method. */
export function readMethod({ id, type, card, sepa_debit: debit }: Stripe.PaymentMethod): PaymentMethod {
  if (card) return { id, brand: card.brand, lastFour: card.last4, expires: monthOf(card) }
  return { id, brand: type, lastFour: debit?.last4 ?? '', expires: undefined }
}

const monthOf = ({ exp_year, exp_month }: { readonly exp_year: number; readonly exp_month: number }): string =>
  `${exp_year}-${String(exp_month).padStart(2, '0')}`

/**
 * The takings of a payment, in their order: refunds, and disputes that took money; one that was undone
 * later comes last. A refund that failed is both, since it counted until the failure was known.
 */
export function readTakings(refunds: readonly Stripe.Refund[], disputes: readonly Stripe.Dispute[]): readonly Taking[] {
  const went = refunds.flatMap(({ id, amount, status, created }) => [
    taken(created, id, 'refund', amount),
    ...(status === 'failed' || status === 'canceled' ? [taken(LAST, `${id}#failed`, 'refund-failed', amount)] : []),
  ])
  const disputed = disputes
    .filter(({ status }) => !status.startsWith('warning_') && status !== 'prevented')
    .flatMap(({ id, amount, status, created }) => [
      taken(created, id, 'dispute', amount),
      ...(status === 'won' ? [taken(LAST, `${id}#won`, 'dispute-won', amount)] : []),
    ])
  return [...went, ...disputed].sort((a, b) => a.at - b.at).map(({ taking }) => taking)
}

const LAST = Number.MAX_SAFE_INTEGER

const taken = (at: number, id: string, cause: Taking['cause'], cents: number) => ({
  at,
  taking: { id, cause, amount: fromCents(cents) },
})
