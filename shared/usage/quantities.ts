import * as z from 'zod/mini'
import { ruled } from '../errors/ruled.ts'
import { Exact, exact } from '../money/exact.ts'
import { QUANTITY_DECIMALS, QUANTITY_DIGITS } from '../money/limits.ts'
import { isMeasured, type Meter, meters } from './meters.ts'

/** The quantity of each meter that an event used; never empty. Units: those of the meter. */
export type Quantities = ReadonlyMap<Meter, Exact>

/**
 * Vendors print measurements as doubles: 17 digits, so a millionth has 22 decimals. Digits behind a millionth are noise and
 * are rounded away.
 */
const SENT_DECIMALS = 22

const LARGEST_WHOLE = 10 ** QUANTITY_DIGITS - 1
const WHOLE = `(?:0|[1-9][0-9]{0,${QUANTITY_DIGITS - 1}})`

const COUNTED = `expected a whole number from 0 to ${LARGEST_WHOLE}, or the same as a string`
const MEASURED = `expected a number from 0 to ${LARGEST_WHOLE} with at most ${SENT_DECIMALS} decimals, or the same as a string without exponent`

/** `null` is a meter that the sender knows and did not use: as if it were absent. */
const countedSchema = z
  .union(
    [
      z.int(COUNTED).check(z.minimum(0, COUNTED), z.maximum(LARGEST_WHOLE, COUNTED)),
      z.string().check(z.regex(new RegExp(`^${WHOLE}(?:\\.0{1,${SENT_DECIMALS}})?$`), COUNTED)),
      z.null(),
    ],
    COUNTED,
  )
  .check(
    z.meta({
      id: 'CountedQuantity',
      description: 'Of tokens, characters, images, calls and runs: a whole number; null is absent',
    }),
  )

const roundedMeasure = (text: string): Exact => exact(text).toDecimalPlaces(QUANTITY_DECIMALS, Exact.ROUND_HALF_UP)

/** A fraction arrives as text: `parseExactly` keeps its digits. A double would have lost digits. */
const measuredSchema = z
  .union(
    [
      z.number().check(z.minimum(0, MEASURED), z.lt(LARGEST_WHOLE + 1, MEASURED), ruled(Number.isInteger, MEASURED)),
      z.string().check(
        z.regex(new RegExp(`^${WHOLE}(?:\\.[0-9]{1,${SENT_DECIMALS}})?$`), { abort: true, error: MEASURED }),
        ruled((text) => roundedMeasure(text).lt(LARGEST_WHOLE + 1), MEASURED),
      ),
      z.null(),
    ],
    MEASURED,
  )
  .check(
    z.meta({
      id: 'MeasuredQuantity',
      description: `Of seconds and pages: a number, or the same as a string; taken half up to ${QUANTITY_DECIMALS} decimals; null is absent`,
    }),
  )

const sent = (meter: Meter) => z.optional(isMeasured(meter) ? measuredSchema : countedSchema)

export const quantitiesSchema = z
  .strictObject(
    Object.fromEntries(meters.map((meter) => [meter, sent(meter)])) as Record<Meter, ReturnType<typeof sent>>,
  )
  .check(
    ruled((quantities) => meters.some((meter) => isSent(quantities[meter])), 'expected at least one meter'),
    z.meta({ minProperties: 1 }),
  )

const isSent = <T>(quantity: T | null | undefined): quantity is T => quantity !== null && quantity !== undefined

/**
 * In the order of `meters`, so that equal usage reads the same however it was written.
 *
 * Measured quantities are rounded half up to six decimals: digits behind a millionth of a second or page are noise of the sender's
 * doubles, and an exact charge of them would not fit a balance (money/limits.ts).
 */
export function readQuantities(checked: z.infer<typeof quantitiesSchema>): Quantities {
  const quantities = new Map<Meter, Exact>()
  for (const meter of meters) {
    const quantity = checked[meter]
    if (!isSent(quantity)) continue
    const text = String(quantity)
    quantities.set(meter, isMeasured(meter) ? roundedMeasure(text) : exact(text))
  }
  return quantities
}
