import type { Payment } from '../../shared/payments/payment.ts'
import type { Checkout } from '../../shared/payments/provider.ts'
import { DAY_MS } from '../../shared/time/instant.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import { answered } from './answered.ts'
import type { Ports } from './ports.ts'
import { isTaken, tellingPayment } from './settle-payment.ts'

/**
 * What the provider has of a top-up. `page`: one that the record does not know, and where it can still be paid. `refused`: it does not
 * know the payer, or not any more.
 */
export type Look =
  | { readonly kind: 'begun'; readonly payment: Payment; readonly page?: Checkout }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly detail: string }

/** A lost record is made again later than its payment was: so far back payments are looked for. */
const LOOK_BACK_MS = 30 * DAY_MS

/** Looks up what was begun for a top-up at the provider, whatever its record knows. */
export async function lookUp({ provider }: Pick<Ports, 'provider'>, topUp: TopUp, customer: string): Promise<Look> {
  const { account, id, createdAt, checkout, payment } = topUp
  const since = createdAt - LOOK_BACK_MS
  const found = await answered(() => provider.paymentsFor({ account, topUp: id }, customer, since))
  // A payment outlives its payer's record there.
  const known = found.kind === 'refused' && payment !== undefined ? await provider.payment(payment) : undefined
  if (found.kind === 'refused' && known === undefined) return found
  const payments = found.kind === 'answer' ? found.answer : [known].filter((one) => one !== undefined)
  const telling = tellingPayment(payments, checkout !== undefined)
  if (telling === undefined) return { kind: 'nothing' }
  const isKnown = checkout !== undefined || found.kind === 'refused'
  if (isKnown || isTaken(telling)) return { kind: 'begun', payment: telling }

  // The payer may have been asked, and the record have been lost since: ended now, it would be paid there beside the next.
  const pages = await answered(() => provider.openCheckouts({ account, topUp: id }, customer))
  const page = pages.kind === 'answer' ? pages.answer[0] : undefined
  if (page !== undefined) return { kind: 'begun', payment: telling, page }
  // A page that was just paid is not open any more, and has its payment by now.
  const again = await answered(() => provider.paymentsFor({ account, topUp: id }, customer, since))
  const newest = again.kind === 'answer' ? tellingPayment(again.answer, false) : undefined
  return { kind: 'begun', payment: newest ?? telling }
}
