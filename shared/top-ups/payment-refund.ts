import type { PaymentReversalEntry } from '../ledger/entries/top-up.ts'
import { type Credits, type Euros, euros, minus, noCredits } from '../money/amounts.ts'
import { Exact } from '../money/exact.ts'
import { isReturn } from '../money/taking-causes.ts'
import type { Payment, Taking } from '../payments/payment.ts'
import type { TopUp } from './top-up.ts'

/** A share of a discounted purchase may have no end; credits are cut here, and the last taking takes the rest. */
const SHARE_DECIMALS = 6

/** The most refunds and disputes of one payment that its record holds: an item has 400 KB. */
export const MOST_TAKINGS = 500

interface Bought {
  readonly credits: Credits
  readonly paid: Euros
}

/**
 * The entry that takes back for one refund or dispute of a payment: the credits bought, in proportion to the money that went back.
 *
 * Of a payment that went back whole, in any number of parts, it takes exactly the credits that it bought; never more.
 *
 * @param takings in the order in which we learned of them
 * @param place of the taking in them
 */
export function paymentRefundOf(
  { id, credits, price }: TopUp,
  { payment, takings }: { readonly payment: string; readonly takings: readonly Taking[] },
  place: number,
  { provider, at }: Pick<PaymentReversalEntry, 'provider' | 'at'>,
): PaymentReversalEntry | undefined {
  const taking = takings[place]
  if (taking === undefined) return undefined
  return {
    kind: 'payment-reversal',
    key: id,
    actor: provider,
    at,
    provider,
    payment,
    taking: taking.id,
    cause: taking.cause,
    credits: reversedCredits({ credits, paid: price.total }, takings, place),
  }
}

/** The change of the balance by one taking of a payment. */
export const reversedCredits = (bought: Bought, takings: readonly Taking[], place: number): Credits =>
  minus(takenBack(bought, takings.slice(0, place)).credits, takenBack(bought, takings.slice(0, place + 1)).credits)

/** The refunds and disputes of a payment that its record does not know, as far as there is room; `left` have no room. */
export function freshTakings(
  { takings }: Pick<TopUp, 'takings'>,
  payment: Payment,
): { readonly fresh: readonly Taking[]; readonly left: number } {
  const unknown = payment.takings.filter(({ id }) => takings.every((known) => known.id !== id))
  const fresh = unknown.slice(0, Math.max(0, MOST_TAKINGS - takings.length))
  return { fresh, left: unknown.length - fresh.length }
}

/** Whether all of a payment's money is back with the payer. */
export const isBackWhole = ({ amount, takings }: Payment): boolean =>
  takenBack({ credits: noCredits, paid: amount }, takings).paid.eq(amount)

/** What went back of a payment so far: refunds and disputes, less what came again. Both are positive, or nothing. */
export function takenBack(
  { credits, paid }: Bought,
  takings: readonly Taking[],
): { readonly paid: Euros; readonly credits: Credits } {
  const back = backAfter(paid, takings)
  return { paid: back, credits: share(credits, back, paid) }
}

/**
 * How much of the money is back with the payer: never more than was paid, never less than nothing. What went back twice, by
 * refund and dispute, counts twice until one of them is undone: only the sum is held to these bounds.
 */
function backAfter(paid: Euros, takings: readonly Taking[]): Euros {
  let back = euros('0')
  for (const { cause, amount } of takings) back = (isReturn(cause) ? back.minus(amount) : back.plus(amount)) as Euros
  return Exact.max(0, Exact.min(paid, back)) as Euros
}

const share = (credits: Credits, back: Euros, paid: Euros): Credits =>
  (back.eq(paid)
    ? credits
    : credits.times(back).dividedBy(paid).toDecimalPlaces(SHARE_DECIMALS, Exact.ROUND_DOWN)) as Credits
