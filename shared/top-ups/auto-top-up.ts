import type { Credits, Euros } from '../money/amounts.ts'

/** How an account buys credits by itself. An account without it never does. */
export interface AutoTopUp {
  /** It buys when the balance is below this (seed page: in credits). */
  readonly threshold: Credits
  readonly buys: Buys
  readonly monthlyCap: MonthlyCap
  /** From one purchase to the next; 0: none. */
  readonly cooldownMinutes: number
}

/** `amount`: as many credits each time, or what is missing to the threshold, whichever is more. `target`: up to there. */
export type Buys =
  | { readonly kind: 'amount'; readonly amount: Credits }
  | { readonly kind: 'target'; readonly target: Credits }

/** By calendar month of the account's time zone. */
export interface MonthlyCap {
  /** What is paid, with tax and fee. */
  readonly paid: Euros
  readonly number: number
}
