import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'

/** A decimal from 0 on, as text: bounded, so that products of several stay exact. */
export function decimalSchema({
  digits,
  decimals,
  most,
}: {
  readonly digits: number
  readonly decimals: number
  readonly most?: number
}) {
  const wanted = `expected a decimal string with at most ${digits} digits before and ${decimals} behind the point${
    most === undefined ? '' : `, at most ${most}`
  }`
  return z.string(wanted).check(
    z.regex(new RegExp(`^(?:0|[1-9][0-9]{0,${digits - 1}})(?:\\.[0-9]{1,${decimals}})?$`), wanted),
    // Digits are few enough for a number to tell.
    ruled((text) => most === undefined || Number(text) <= most, wanted),
  )
}
