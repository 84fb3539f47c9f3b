import { type Credits, credits, type Euros, minus, toCredits } from '../money/amounts.ts'
import type { AutoTopUp } from './auto-top-up.ts'
import type { PurchaseSettings } from './purchase-settings.ts'
import { quote } from './quote.ts'
import type { Price } from './top-up.ts'
import { wantedCredits, wholeAmounts } from './wanted-credits.ts'

/** Credits, and what they cost. */
export interface Purchase {
  readonly credits: Credits
  readonly price: Price
}

/**
 * One automatic purchase: within what the stage sells at once, and of whole amounts as many as the month has room for.
 *
 * Where there is not even room for one amount, that one: the decision skips it (reliability, T5).
 *
 * @param auto the settings in force; `undefined`: switched off since it was opened, which the decision sees
 * @param room what may still be paid in this month, with tax and fee
 */
export function automaticPurchase(
  purchases: PurchaseSettings,
  auto: AutoTopUp | undefined,
  wanted: Credits,
  room: Euros,
): Purchase {
  const whole = withinStage(purchases, wanted)
  if (auto?.buys.kind !== 'amount') return whole
  const { amount } = auto.buys
  // Of settings that were replaced since it was opened: bought as it was opened, or not at all.
  if (!wholeAmounts(wanted, amount).eq(wanted)) return whole
  for (let some = wholeAmounts(whole.credits, amount); some.gt(amount); some = minus(some, amount)) {
    const price = quote(purchases, some)
    if (price.total.lte(room)) return { credits: some, price }
  }
  return withinStage(purchases, amount)
}

function withinStage(purchases: PurchaseSettings, wanted: Credits): Purchase {
  const [least, most] = [toCredits(purchases.least), toCredits(purchases.most)]
  const bought = wanted.lt(least) ? least : wanted.gt(most) ? most : wanted
  return { credits: bought, price: quote(purchases, bought) }
}

/** A purchase has whole credits. */
const ONE = credits('1')

/** What would be bought at this balance, or, where that reaches the threshold, as soon as it falls below. */
export function nextPurchase(purchases: PurchaseSettings, auto: AutoTopUp, balance: Credits, room: Euros): Purchase {
  const below = balance.lt(auto.threshold) ? balance : minus(auto.threshold, ONE)
  return automaticPurchase(purchases, auto, wantedCredits(auto, below), room)
}
