import { type Credits, minus } from '../../money/amounts.ts'
import type { AutoTopUp } from '../entries/auto-top-up.ts'

/**
 * What one automatic purchase buys at a balance below the threshold, before caps.
 *
 * The smallest multiple of the amount that reaches the threshold, in whole amounts up to `mostPerPurchase`; by settings
 * that have none, the amount exactly. Up to a target whole credits, since a payment has whole cents.
 */
export function wantedCredits({ buys, threshold }: AutoTopUp, balance: Credits): Credits {
  if (buys.kind === 'target') return minus(buys.target, balance).ceil() as Credits
  const { amount, mostPerPurchase } = buys
  if (mostPerPurchase === undefined) return amount
  const missing = minus(threshold, balance)
  const whole = wholeAmounts(missing, amount)
  const enough = whole.lt(missing) ? whole.plus(amount) : whole
  const most = wholeAmounts(mostPerPurchase, amount)
  return (enough.gt(most) ? most : enough) as Credits
}

/** As many whole amounts as there are in it. */
export const wholeAmounts = (credits: Credits, amount: Credits): Credits =>
  credits.dividedToIntegerBy(amount).times(amount) as Credits
