import { Decimal } from 'decimal.js'

/**
 * The one decimal of the house: exact for every sum and product that billing makes.
 *
 * A quantity has at most 21 digits, a rate at most 30, a balance at most 38, so 100 digits leave room for every
 * intermediate result; decimal.js' default of 20 silently loses cents. Its own class, because `Decimal.set` is
 * process-global and the left operand's class decides. Exponents never appear in output.
 */
export const Exact = Decimal.clone({ precision: 100, toExpNeg: -9e15, toExpPos: 9e15, defaults: true })

export type Exact = Decimal

const CANONICAL = /^-?(?:0|[1-9]\d{0,39})(?:\.\d{1,30})?$/

const ZERO = new Exact(0)

/**
 * Reads a decimal that we wrote ourselves, or that a schema has already bounded. `-0` reads as `0`.
 *
 * @throws RangeError for anything but plain digits: exponents, hex, `NaN` and objects never become a number
 */
export function exact(text: string): Exact {
  if (!CANONICAL.test(text)) throw new RangeError(`not a plain decimal: ${JSON.stringify(text.slice(0, 60))}`)
  const value = new Exact(text)
  return value.isZero() ? ZERO : value
}

/** Plain digits, no exponent, no trailing zeros, never `-0`. */
export function plain(value: Exact): string {
  return value.toFixed()
}
