import { type Credits, type Euros, euros, minus } from '../money/amounts.ts'
import { Exact } from '../money/exact.ts'
import { isReturn } from '../money/taking-causes.ts'
import type { Taking } from '../payments/payment.ts'

/** A share of a discounted purchase may have no end; credits are cut here, and the last taking takes the rest. */
const SHARE_DECIMALS = 6

interface Bought {
  readonly credits: Credits
  readonly paid: Euros
}

/**
 * What one of a payment's takings does to the balance: the credits bought, in proportion to the money that went back.
 *
 * Of a payment that went back whole, in whatever pieces, exactly the credits it bought are taken; never more.
 *
 * @param takings in the order in which we learned of them
 */
export const reversedCredits = (bought: Bought, takings: readonly Taking[], place: number): Credits =>
  minus(takenBack(bought, takings.slice(0, place)).credits, takenBack(bought, takings.slice(0, place + 1)).credits)

/** What went back of a payment by now: refunds and disputes, less what came again. Both are positive, or nothing. */
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
