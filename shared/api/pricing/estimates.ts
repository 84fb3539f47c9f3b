import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import { answer, calculating, type Operation, reading } from '../../http/operation.ts'
import { Exact } from '../../money/exact.ts'
import { isInOrder, mapRange, usualFactors } from '../../pricing/estimates/estimate.ts'
import { presets } from '../../pricing/estimates/presets.ts'
import { decimalSchema, workloadSchema } from '../../pricing/estimates/workload.ts'
import { accountSchema, nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { givenTimeSchema } from '../fields/time.ts'
import { estimateSchema } from './estimate.ts'
import { historyExample, workdayExample } from './estimate-examples.ts'

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

const estimateWorkloadSchema = z
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

const estimateHistorySchema = z
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

export const listEstimatePresets = reading({
  operationId: 'listEstimatePresets',
  route: 'GET /v1/estimates/presets',
  scope: 'account:read',
  tag: 'Estimates',
  summary: 'List workloads to begin with',
  description: 'Each can be estimated by its name, or changed and sent as `workload`.',
  answers: [
    answer(
      200,
      'All of them',
      z.object({
        presets: z.array(z.object({ name: z.string(), description: z.string(), workload: workloadSchema })),
      }),
      { presets: presets.slice(0, 1) },
    ),
  ],
})

export const estimateWorkload = calculating({
  operationId: 'estimateWorkload',
  route: 'POST /v1/estimates',
  scope: 'account:read',
  tag: 'Estimates',
  summary: 'Estimate what a described workload costs in a month',
  description:
    'Priced by the rates that usage is charged by, exactly, in three cases. A workload without any use is refused. A month has 365/12 days where the balance is counted down.',
  body: {
    schema: estimateWorkloadSchema,
    example: {
      workload: {
        people: 25,
        workdays: '20',
        chats: [
          {
            times: '12',
            length: 'medium',
            models: [
              { service: 'openai/gpt-4o', share: '0.8' },
              { service: 'anthropic/claude-opus-4-7', share: '0.2' },
            ],
          },
        ],
        images: [{ times: '4', per: 'month', service: 'openai/gpt-image-1' }],
      },
    },
  },
  answers: [answer(200, 'The estimate', estimateSchema, workdayExample)],
  problems: ['access.other-account', 'account.not-found', 'estimate.out-of-range'],
})

export const estimateAccount = calculating({
  operationId: 'estimateAccount',
  route: 'POST /v1/accounts/{account}/estimates',
  scope: 'account:read',
  tag: 'Estimates',
  summary: 'Estimate what an account will cost, by what it used',
  description:
    'Prices each charge of the last days again, with its own quantities, as a forecast for as many days to come: with growth, and with other models. It reads the log for at most 20 seconds; an account with more charges has to ask for fewer days.',
  params: accountPathSchema,
  body: {
    schema: estimateHistorySchema,
    example: { days: 30, growthPercent: '10', replace: [{ service: 'openai/gpt-4o', by: 'openai/gpt-4o-mini' }] },
  },
  answers: [answer(200, 'The estimate', estimateSchema, historyExample)],
  problems: ['estimate.out-of-range', 'estimate.too-large'],
})

export const estimateOperations: readonly Operation[] = [listEstimatePresets, estimateWorkload, estimateAccount]
