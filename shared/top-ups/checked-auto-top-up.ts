import { refusal } from '../errors/refusal.ts'
import type { AutoTopUp } from '../ledger/entries/auto-top-up.ts'
import { amountText, type Credits, toCredits } from '../money/amounts.ts'
import type { PurchaseSettings } from './purchase-settings.ts'
import { quote } from './quote.ts'

/**
 * Settings that can buy something at this stage: a purchase is within its bounds, and the month's cap has room for one.
 *
 * @throws Problem that names the wrong field, and the cost of one purchase
 */
export function checkedAutoTopUp(auto: AutoTopUp, purchases: PurchaseSettings): AutoTopUp {
  const { buys, threshold, monthlyCap } = auto
  const { least, most } = purchases
  if (buys.kind === 'target' && buys.target.lt(threshold))
    throw refusedAt('target', 'is below the threshold; expected more')

  const amount = buys.kind === 'amount' ? buys.amount : (buys.target.minus(threshold) as Credits)
  if (amount.lt(toCredits(least)) || amount.gt(toCredits(most)) || !amount.isInteger())
    throw refusedAt(
      buys.kind,
      `buys ${amount.dividedBy(100).toFixed()} €; one purchase is from ${least.toFixed(2)} € to ${most.toFixed(2)} €, in whole cents`,
    )

  const { mostPerPurchase } = buys.kind === 'amount' ? buys : {}
  if (mostPerPurchase !== undefined && (mostPerPurchase.lt(amount) || mostPerPurchase.gt(toCredits(most))))
    throw refusedAt(
      'mostPerPurchase',
      `is ${amountText(mostPerPurchase).eur} €; expected the amount, ${amountText(amount).eur} €, or more, and at most ${most.toFixed(2)} €`,
    )

  // Up to a target it buys where the balance is below the threshold: a cent more at least.
  const smallest = buys.kind === 'amount' ? amount : (amount.plus(1) as Credits)
  const { total } = quote(purchases, smallest)
  if (total.gt(monthlyCap.paid))
    throw refusedAt(
      'monthlyCap/paid',
      `is ${monthlyCap.paid.toFixed(2)} €, and one purchase costs ${buys.kind === 'amount' ? '' : 'at least '}${total.toFixed(2)} € with tax and fee: this could never buy anything; raise the cap, or buy less each time`,
    )
  return auto
}

const refusedAt = (member: string, detail: string) =>
  refusal('request.body', [{ pointer: `/autoTopUp/${member}`, detail }])
