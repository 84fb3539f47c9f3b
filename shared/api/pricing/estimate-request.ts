import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import { Exact } from '../../money/exact.ts'
import { isInOrder, mapRange, usualFactors } from '../../pricing/estimates/estimate.ts'
import { presets } from '../../pricing/estimates/presets.ts'
import { decimalSchema, workloadSchema } from '../../pricing/estimates/workload.ts'
import { accountSchema, nameSchema } from '../../usage/text.ts'
import { givenTimeSchema } from '../fields/time.ts'

const MOST_REPLACED = 50
const MOST_DAYS = 90

const factorSchema = decimalSchema({ digits: 3, decimals: 4 })

const ORDER = 'expected low not above expected, and that not above high'

const factorsSchema = z.strictObject({ low: factorSchema, expected: factorSchema, high: factorSchema }).check(
  ruled((factors) => isInOrder(mapRange(factors, (factor) => new Exact(factor))), ORDER),
  z.meta({ description: 'What the number of uses is multiplied by, in each case' }),
)

const commonFields = {
  factors: z._default(factorsSchema, usualFactors),
  at: z.optional(described(givenTimeSchema, 'With the prices in force or announced for this time; default: now')),
}

const EITHER = 'expected either `workload` or `preset`'

export const estimateWorkloadSchema = z
  .strictObject({
    workload: z.optional(workloadSchema),
    preset: z.optional(
      described(z.enum(presets.map(({ name }) => name)), 'One of `GET /v1/estimates/presets`, as it is'),
    ),
    account: z.optional(
      described(
        accountSchema,
        'The account whose prices and balance are used. Default: the token’s account; an operator without one gets the general prices.',
      ),
    ),
    ...commonFields,
  })
  .check(
    ruled(({ workload, preset }) => (workload === undefined) !== (preset === undefined), EITHER),
    z.meta({ id: 'WorkloadToEstimate' }),
  )

const PERCENT = 'expected a decimal string from "-100" to "9999", at most two decimals'

export const estimateHistorySchema = z
  .strictObject({
    days: z._default(
      described(
        z.int().check(z.minimum(1), z.maximum(MOST_DAYS)),
        'How far back; the estimate is for as many days to come',
      ),
      30,
    ),
    growthPercent: z._default(
      z
        .string(PERCENT)
        .check(
          z.regex(/^(?:-(?:100|[1-9]?[0-9](?:\.[0-9]{1,2})?)|(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,2})?)$/, PERCENT),
          z.meta({ description: 'How many more uses there will be; a minus: fewer' }),
        ),
      '0',
    ),
    replace: z._default(
      z
        .array(z.strictObject({ service: nameSchema, by: nameSchema }))
        .check(
          z.maxLength(MOST_REPLACED, `expected at most ${MOST_REPLACED}`),
          ruled(isDistinct, 'a service is replaced twice; expected each at most once'),
          z.meta({ description: 'Another service in the place of one, with the quantities that this one had' }),
        ),
      [],
    ),
    ...commonFields,
  })
  .check(z.meta({ id: 'HistoryToEstimate' }))

function isDistinct(replace: readonly { readonly service: string }[]): boolean {
  return new Set(replace.map(({ service }) => service)).size === replace.length
}
