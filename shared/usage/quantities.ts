import * as z from 'zod/mini'
import { Exact } from '../money/exact.ts'
import { QUANTITY_DECIMALS, QUANTITY_DIGITS } from '../money/limits.ts'
import { type Meter, meters } from './meters.ts'

/** How much of each meter an event used; never empty. Units: what the meter counts. */
export type Quantities = ReadonlyMap<Meter, Exact>

const LARGEST_INTEGER = 10 ** QUANTITY_DIGITS - 1
const DIGITS = new RegExp(`^(?:0|[1-9]\\d{0,${QUANTITY_DIGITS - 1}})(?:\\.\\d{1,${QUANTITY_DECIMALS}})?$`)
const EXPECTED = `expected a whole number from 0 to ${LARGEST_INTEGER}, or a decimal string of at most ${QUANTITY_DIGITS} digits before and ${QUANTITY_DECIMALS} behind the point`

/** A JSON number only if it is a whole one: what is measured comes as a decimal string, since JSON's fractions are floats. */
const quantitySchema = z.union(
  [
    z.int().check(z.minimum(0, EXPECTED), z.maximum(LARGEST_INTEGER, EXPECTED)),
    z.string().check(z.regex(DIGITS, EXPECTED)),
  ],
  EXPECTED,
)

export const quantitiesSchema = z
  .partialRecord(z.enum(meters), quantitySchema)
  .check(z.refine((quantities) => Object.keys(quantities).length > 0, 'expected at least one meter'))

/** In the order of `meters`, so that equal usage reads the same however it was written. */
export function readQuantities(checked: z.infer<typeof quantitiesSchema>): Quantities {
  const quantities = new Map<Meter, Exact>()
  for (const meter of meters) {
    const quantity = checked[meter]
    if (quantity !== undefined) quantities.set(meter, new Exact(quantity))
  }
  return quantities
}
