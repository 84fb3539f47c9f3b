import * as z from 'zod/mini'
import { type Credits, type Euros, minus } from '../../money/amounts.ts'
import { storedCredits, storedEuros } from './entry-kind.ts'

/** How an account buys credits by itself. An account without it never does. */
export interface AutoTopUp {
  /** It buys when the balance is below this (seed page: in credits). */
  readonly threshold: Credits
  readonly buys: Buys
  readonly monthlyCap: MonthlyCap
  /** The pause from one purchase to the next; 0: none. */
  readonly cooldownMinutes: number
}

/**
 * `amount`: one purchase buys the smallest multiple of it that reaches the threshold, at most `mostPerPurchase`. Older
 * settings have no `mostPerPurchase`: they buy the amount exactly, and again where that does not reach the threshold.
 * `target`: one purchase buys what is missing up to there.
 */
export type Buys =
  | { readonly kind: 'amount'; readonly amount: Credits; readonly mostPerPurchase?: Credits | undefined }
  | { readonly kind: 'target'; readonly target: Credits }

/** By calendar month of the account's time zone. */
interface MonthlyCap {
  /** With tax and fee. */
  readonly paid: Euros
  readonly number: number
}

/** As page format 1 stores it: `amount` (with `most`) or `target`. */
export const storedAutoTopUp = z.codec(
  z.object({
    threshold: storedCredits,
    amount: z.optional(storedCredits),
    target: z.optional(storedCredits),
    most: z.optional(storedCredits),
    capPaid: storedEuros,
    capNumber: z.number(),
    cooldownMinutes: z.number(),
  }),
  z.custom<AutoTopUp>(),
  {
    decode: ({ threshold, amount, target, most, capPaid, capNumber, cooldownMinutes }): AutoTopUp => {
      const monthlyCap = { paid: capPaid, number: capNumber }
      const rest = { threshold, monthlyCap, cooldownMinutes }
      if (amount !== undefined) return { ...rest, buys: { kind: 'amount', amount, mostPerPurchase: most } }
      if (target !== undefined) return { ...rest, buys: { kind: 'target', target } }
      throw new RangeError('automatic top-up has neither an amount nor a target')
    },
    encode: ({ threshold, buys, monthlyCap, cooldownMinutes }) => ({
      threshold,
      ...(buys.kind === 'amount' ? { amount: buys.amount, most: buys.mostPerPurchase } : { target: buys.target }),
      capPaid: monthlyCap.paid,
      capNumber: monthlyCap.number,
      cooldownMinutes,
    }),
  },
)

/**
 * The credits that one automatic purchase buys at a balance below the threshold, before caps.
 *
 * With `mostPerPurchase`: the smallest multiple of the amount that reaches the threshold, in whole amounts up to it. Without:
 * the amount. Up to a target: whole credits, since a payment has whole cents.
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

/** `credits`, rounded down to whole `amount`s. */
export const wholeAmounts = (credits: Credits, amount: Credits): Credits =>
  credits.dividedToIntegerBy(amount).times(amount) as Credits
