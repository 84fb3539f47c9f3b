import type { Payment } from '../payments/payment.ts'
import { KEY_MEMORY_MS } from '../payments/provider.ts'
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../time/instant.ts'
import { afterDecline } from './decide-top-up.ts'
import type { End, Finding, Seen, Step } from './step.ts'
import type { TopUp } from './top-up.ts'

const REST: Step = { kind: 'rest' }

/** Who wanted credits yesterday has bought them otherwise, or asks again: a charge that comes so late surprises. */
const WANTED_MS = DAY_MS

/** A key is not used in the last hour of the provider's memory of it: the request itself takes time. */
const KEY_USABLE_MS = KEY_MEMORY_MS - HOUR_MS

/**
 * A payment that was begun reaches the provider within this time, or never: a function lives for a minute, and two clocks are
 * minutes apart. A top-up that ended earlier could be paid beside the next one.
 */
const UNDER_WAY_MS = 10 * MINUTE_MS

/**
 * The table of a top-up's steps: by its status, and by what the log's head and the provider say, the first row that fits.
 *
 * It decides, and does nothing itself. Which status may follow which stands in `moves.ts`.
 *
 * @throws Error where a payment was begun without a payer: a bug
 */
export function nextStep(topUp: TopUp, seen: Seen, now: Instant): Step {
  if (seen.isDone) return REST
  if (seen.found !== undefined) return { kind: 'compare', payment: seen.found }
  if (seen.payment !== undefined) return ofPayment(topUp, seen.payment, seen, now)
  if (seen.leftover !== undefined) return ofLeftover(seen.leftover, seen)
  if (seen.refusal !== undefined) return end(providerRefused(now), { payment: 'none', detail: seen.refusal })
  switch (topUp.status) {
    case 'wanted':
      return ofWanted(topUp, seen, now)
    case 'paying':
    case 'processing':
    case 'needs-action':
      return ofBegun(topUp, seen, now)
    case 'paid':
      return { kind: 'credit' }
    case 'skipped':
    case 'failed':
      if (!seen.isEndTold) return { kind: 'tell-end' }
      return topUp.origin.kind === 'automatic' ? { kind: 'retry-with-newer-method' } : REST
    case 'credited':
    case 'refunded':
    case 'disputed':
      // A restored log may have lost the credits, and still waits for them.
      if (seen.mayBeLost === undefined)
        return topUp.origin.kind === 'automatic' ? { kind: 'ask-whether-awaited' } : REST
      return seen.mayBeLost ? { kind: 'credit-again' } : REST
  }
}

/** Nothing was begun, as far as the record knows. */
function ofWanted(topUp: TopUp, { isStale, payer, decision, look }: Seen, now: Instant): Step {
  const { origin } = topUp
  // Its maker credits it.
  if (origin.kind === 'invoice') return REST
  // Its maker opens the page.
  if (origin.kind === 'manual' && origin.by === 'checkout') return isOld(topUp, now) ? end(notCompleted(now)) : REST
  if (isStale) return end(notCompleted(now))
  if (payer === undefined) return { kind: 'ask-method' }
  const { customer, method, refusal } = payer
  if (decision === undefined) return { kind: 'decide', hasMethod: method !== undefined }
  if (decision.kind === 'pay') return { kind: 'begin', customer, method, askedAt: now }
  // A record that was lost and made again lacks earlier payments.
  if (look === undefined && customer !== undefined) return { kind: 'look-up', customer }
  if (look?.kind === 'begun')
    return { kind: 'begin', customer, method: look.payment.method?.id, askedAt: look.payment.createdAt }
  if (decision.kind === 'wait') return REST
  if (refusal !== undefined && decision.reason === 'no-payment-method')
    return end(providerRefused(now), { payment: 'none', detail: refusal })
  return end(decision)
}

/**
 * A payment was begun: the provider says what became of it. Only where the provider has nothing it is decided again, and then
 * charged under the one key of this top-up, while the provider still knows the key.
 */
function ofBegun(topUp: TopUp, { look, isPageClosed, decision }: Seen, now: Instant): Step {
  const { status, method, checkout, askedAt = 0 } = topUp
  const customer = payerOf(topUp)
  if (look === undefined) return { kind: 'look-up', customer }
  // Where the record has another price than the page, it gets that price first.
  if (look.kind === 'begun' && look.page !== undefined && look.payment.amount.eq(topUp.price.total))
    return { kind: 'await-payer', payment: look.payment, page: look.page }
  if (look.kind === 'begun') return { kind: 'compare', payment: look.payment }
  // A payment in the page's last moment counts.
  if (checkout !== undefined && isPageClosed) return end(notCompleted(now))
  if (checkout !== undefined)
    return now < checkout.expiresAt ? REST : { kind: 'close-page', customer, page: checkout.id }
  if (look.kind === 'refused') return endUnpaid(topUp, providerRefused(now), now, look.detail)
  if (status !== 'paying' || method === undefined || now - askedAt > KEY_USABLE_MS)
    return endUnpaid(topUp, notCompleted(now), now)
  if (decision === undefined) return { kind: 'decide', hasMethod: true }
  if (decision.kind === 'wait') return REST
  if (decision.kind === 'skip') return endUnpaid(topUp, decision, now)
  return { kind: 'charge', customer, method }
}

/** Whether a person wanted to pay it with the stored method, and it was not charged for a day. */
export const isStaleCharge = (topUp: TopUp, now: Instant): boolean =>
  topUp.status === 'wanted' && topUp.origin.kind === 'manual' && topUp.origin.by === 'method' && isOld(topUp, now)

const isOld = ({ createdAt }: TopUp, now: Instant): boolean => now - createdAt > WANTED_MS

/** The state of the top-up by its payment, not by its record. */
function ofPayment(topUp: TopUp, payment: Payment, { page, ended, tally }: Seen, now: Instant): Step {
  const { decline } = payment
  switch (payment.status) {
    case 'succeeded':
      return { kind: 'keep-paid', payment }
    case 'processing':
      return topUp.status === 'processing' ? REST : { kind: 'await-bank', payment }
    case 'needs-action':
      if (page === undefined) return { kind: 'make-page', customer: payerOf(topUp) }
      if (page.kind === 'answer') return { kind: 'await-payer', payment, page: page.answer }
      // The payer can't be asked. The payment could still be confirmed elsewhere, so it is cancelled first.
      if (ended === undefined) return { kind: 'cancel', payment }
      if (isTaken(ended)) return { kind: 'compare', payment: ended }
      return end(providerRefused(now), { payment: payment.id, detail: page.detail })
    case 'declined':
      // Cancelled at the provider first, so that nothing will be taken after the log says so.
      if (ended === undefined) return { kind: 'cancel', payment }
      if (isTaken(ended)) return { kind: 'compare', payment: ended }
      break
    case 'canceled':
      if (decline === undefined) return end(notCompleted(now))
  }
  if (tally === undefined) return { kind: 'read-tally' }
  const { until, declines } = afterDecline(tally, decline?.isHard ?? false, now)
  return end({ reason: 'declined', until, declines, declineCode: decline?.code })
}

/** The page that the payer was sent to has a payment of its own. */
function ofLeftover(payment: Payment, { ended }: Seen): Step {
  if (ended === undefined) return { kind: 'cancel', payment }
  return ended.status === 'succeeded' ? { kind: 'compare', payment: ended } : REST
}

const end = (how: End, finding?: Finding): Step => ({ kind: 'end', end: how, finding })

/** Nothing was paid, and nothing will be: unless a payment is under way, which is waited for. */
const endUnpaid = ({ begunAt = 0 }: TopUp, how: End, now: Instant, detail?: string): Step =>
  now - begunAt < UNDER_WAY_MS ? REST : end(how, detail === undefined ? undefined : { payment: 'none', detail })

/** The provider refuses because of our request or the payer's record there: tries again later, so that an operator can correct it first. */
const providerRefused = (now: Instant): End => ({ reason: 'provider-refused', until: now + DAY_MS })

/** The payer did not pay, though it was asked for. */
const notCompleted = (now: Instant): End => ({ reason: 'not-completed', until: now + DAY_MS })

function payerOf({ account, id, status, customer }: TopUp): string {
  if (customer === undefined) throw new Error(`top-up ${id} of ${account} is ${status} without a payer`)
  return customer
}

/** Money was taken, or may be any moment. */
export const isTaken = ({ status }: Payment): boolean => status === 'succeeded' || status === 'processing'
