import { type AutoTopUp, wantedCredits, wholeAmounts } from '../ledger/entries/auto-top-up.ts'
import { type Credits, credits, type Euros, minus, toCredits } from '../money/amounts.ts'
import type { PurchaseSettings } from './purchase-settings.ts'
import { quote } from './quote.ts'
import type { Price } from './top-up.ts'

/** Credits with their price. */
export interface Purchase {
  readonly credits: Credits
  readonly price: Price
}

/**
 * One automatic purchase: within the largest amount that the stage sells, and of whole amounts as many as the month has room for.
 *
 * Where there is not even room for one amount, that one: the decision skips it (reliability, T5).
 *
 * @param auto the settings in force; `undefined`: switched off since it was opened, which the decision sees
 * @param room the amount that may still be paid in this month, with tax and fee
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
  return mostWithin(purchases, amount, whole.credits, room) ?? withinStage(purchases, amount)
}

/**
 * The automatic purchase that costs exactly `total`; `undefined`: the settings allow none.
 *
 * Where a purchase was cut to the room of its month, this finds it again: fewer amounts cost less, and more had no room then.
 */
export function purchaseFor(
  purchases: PurchaseSettings,
  auto: AutoTopUp | undefined,
  wanted: Credits,
  total: Euros,
): Purchase | undefined {
  const bought = automaticPurchase(purchases, auto, wanted, total)
  return bought.price.total.eq(total) ? bought : undefined
}

/** The most whole amounts, of two or more, that fit. The price may fall where a discount begins; up to the next one it rises. */
function mostWithin(purchases: PurchaseSettings, amount: Credits, most: Credits, room: Euros): Purchase | undefined {
  const of = (count: number): Purchase => {
    const credits = amount.times(count) as Credits
    return { credits, price: quote(purchases, credits) }
  }
  const discounts = purchases.discounts.map(({ from }) => toCredits(from).dividedBy(amount).ceil().toNumber())
  let last = most.dividedToIntegerBy(amount).toNumber()
  for (const first of [...discounts, 2].sort((a, b) => b - a)) {
    const count = lastWithin(Math.max(2, first), last, (some) => of(some).price.total.lte(room))
    if (count !== undefined) return of(count)
    last = Math.min(last, first - 1)
  }
  return undefined
}

/** The last of some numbers that fits, where none fits after one that does not. */
function lastWithin(first: number, last: number, fits: (some: number) => boolean): number | undefined {
  if (first > last || !fits(first)) return undefined
  let [fitting, others] = [first, last + 1]
  while (others - fitting > 1) {
    const middle = Math.floor((fitting + others) / 2)
    if (fits(middle)) fitting = middle
    else others = middle
  }
  return fitting
}

function withinStage(purchases: PurchaseSettings, wanted: Credits): Purchase {
  const [least, most] = [toCredits(purchases.least), toCredits(purchases.most)]
  const bought = wanted.lt(least) ? least : wanted.gt(most) ? most : wanted
  return { credits: bought, price: quote(purchases, bought) }
}

/** A purchase has whole credits. */
const ONE = credits('1')

/** The purchase at this balance, or, where that reaches the threshold, the one as soon as it falls below. */
export function nextPurchase(purchases: PurchaseSettings, auto: AutoTopUp, balance: Credits, room: Euros): Purchase {
  const below = balance.lt(auto.threshold) ? balance : minus(auto.threshold, ONE)
  return automaticPurchase(purchases, auto, wantedCredits(auto, below), room)
}
