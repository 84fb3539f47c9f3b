import { Exact, exact, plain } from './exact.ts'

declare const unit: unique symbol

/** Credits: one is one euro cent (seed page, "How credits work"). */
export type Credits = Exact & { readonly [unit]: 'credits' }

/** Euros. Adding them to credits does not compile. */
export type Euros = Exact & { readonly [unit]: 'euros' }

const CREDITS_PER_EURO = 100

/** @throws RangeError unless `text` is a plain decimal */
export const credits = (text: string): Credits => exact(text) as Credits

/** @throws RangeError unless `text` is a plain decimal */
export const euros = (text: string): Euros => exact(text) as Euros

export const noCredits: Credits = credits('0')

export const toCredits = (amount: Euros): Credits => amount.times(CREDITS_PER_EURO) as Credits
export const toEuros = (amount: Credits): Euros => amount.dividedBy(CREDITS_PER_EURO) as Euros

export const plus = (a: Credits, b: Credits): Credits => a.plus(b) as Credits
export const minus = (a: Credits, b: Credits): Credits => a.minus(b) as Credits
export const sumOf = (amounts: Iterable<Credits>): Credits => {
  let total: Credits = noCredits
  for (const amount of amounts) total = plus(total, amount)
  return total
}

/** An amount as every API shows it: both units, exact decimal strings (mission, "Money"). */
export interface AmountText {
  /** Exact, with at least the two decimals people expect: `85.00`, `0.026533`. */
  readonly eur: string
  /** Exact, without trailing zeros: `8500`, `2.6533`. */
  readonly credits: string
}

export function amountText(amount: Credits): AmountText {
  const inEuros = toEuros(amount)
  return { eur: inEuros.toFixed(Math.max(2, inEuros.decimalPlaces())), credits: plain(amount) }
}

/** Rounded half up to `decimals`, for display only: never stored, never added up. */
export function rounded(amount: Exact, decimals: number): string {
  return amount.toFixed(decimals, Exact.ROUND_HALF_UP)
}
