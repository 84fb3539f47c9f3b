import * as z from 'zod/mini'
import { calculating, type Operation, reading } from '../../http/operation.ts'
import { presets } from '../../pricing/estimates/presets.ts'
import { workloadSchema } from '../../pricing/estimates/workload.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { estimateSchema } from './estimate.ts'
import { historyExample, workdayExample } from './estimate-examples.ts'
import { estimateHistorySchema, estimateWorkloadSchema } from './estimate-request.ts'

export const listEstimatePresets = reading({
  operationId: 'listEstimatePresets',
  method: 'GET',
  path: '/v1/estimates/presets',
  scope: 'account:read',
  tag: 'Estimates',
  summary: 'List workloads to begin with',
  description: 'Each can be estimated by its name, or changed and sent as `workload`.',
  answers: [
    {
      status: 200,
      description: 'All of them',
      schema: z.object({
        presets: z.array(z.object({ name: z.string(), description: z.string(), workload: workloadSchema })),
      }),
      example: { presets: presets.slice(0, 1) },
    },
  ],
})

export const estimateWorkload = calculating({
  operationId: 'estimateWorkload',
  method: 'POST',
  path: '/v1/estimates',
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
  answers: [{ status: 200, description: 'The estimate', schema: estimateSchema, example: workdayExample }],
  problems: ['access.other-account', 'account.not-found', 'estimate.out-of-range'],
})

export const estimateAccount = calculating({
  operationId: 'estimateAccount',
  method: 'POST',
  path: '/v1/accounts/{account}/estimates',
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
  answers: [{ status: 200, description: 'The estimate', schema: estimateSchema, example: historyExample }],
  problems: ['estimate.out-of-range', 'estimate.too-large'],
})

export const estimateOperations: readonly Operation[] = [listEstimatePresets, estimateWorkload, estimateAccount]
