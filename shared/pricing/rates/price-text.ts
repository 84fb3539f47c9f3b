import * as z from 'zod/mini'

const PRICE = /^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,18})?$/

/** A price as it is published: a decimal string, so that no digit of it ever becomes a float. */
export const priceTextSchema = z
  .string()
  .check(
    z.regex(PRICE, 'expected a decimal string with at most 12 digits before and 18 behind the point, such as "0.005"'),
  )
