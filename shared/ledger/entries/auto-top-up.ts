import type { Credits, Euros } from '../../money/amounts.ts'

/** How an account buys credits by itself. An account without it never does. */
export interface AutoTopUp {
  /** It buys when the balance is below this (seed page: in credits). */
  readonly threshold: Credits
  readonly buys: Buys
  readonly monthlyCap: MonthlyCap
  /** From one purchase to the next; 0: none. */
  readonly cooldownMinutes: number
}

/**
 * `amount`: in one purchase the smallest multiple of it that reaches the threshold, at most `mostPerPurchase`. Settings of
 * before multiples have none: they buy the amount exactly, and again where that does not reach the threshold.
 * `target`: as many as are missing up to there, in one purchase.
 */
export type Buys =
  | { readonly kind: 'amount'; readonly amount: Credits; readonly mostPerPurchase?: Credits }
  | { readonly kind: 'target'; readonly target: Credits }

/** By calendar month of the account's time zone. */
interface MonthlyCap {
  /** What is paid, with tax and fee. */
  readonly paid: Euros
  readonly number: number
}
