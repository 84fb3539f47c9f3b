import { type Operation, writing } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { reRatedSchema, rerateSchema } from './re-rating.ts'

const sums = {
  charges: 3,
  corrected: 2,
  before: { eur: '0.09', credits: '9' },
  after: { eur: '0.03', credits: '3' },
  difference: { eur: '0.06', credits: '6' },
}

export const rerateCharges = writing({
  operationId: 'rerateCharges',
  method: 'POST',
  path: '/v1/accounts/{account}/re-ratings',
  scope: 'operate',
  tag: 'Credits',
  summary: 'Put charges right that a wrong price made',
  description:
    'Writes a correction for each charge of these event times that costs something else by the version, to the last digit; the charge itself stays in the log as it is. Done again it changes nothing; interrupted, done again, it comes to the same. Charges that were refunded, in part or whole, or that the version has no price for are left alone. Try it with `dryRun` first.',
  params: accountPathSchema,
  body: {
    schema: rerateSchema,
    example: {
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-23T12:00:00Z',
      rateCard: 4,
      services: ['openai/gpt-4o'],
      dryRun: true,
      reason: 'version 3 had the price of a thousand for a million',
      reference: 'T-4711',
    },
  },
  answers: [
    {
      status: 200,
      description: 'What was corrected, or would be',
      schema: reRatedSchema,
      example: {
        dryRun: true,
        isDone: true,
        ...sums,
        unchanged: 0,
        leftAlone: { refunded: 1, unpriced: 0, conflict: 0 },
        named: [
          {
            source: '/chat/eu',
            id: 'order-17',
            time: '2026-11-23T10:15:30.123Z',
            service: 'openai/gpt-4o',
            reason: 'refunded',
          },
        ],
        byService: [{ service: 'openai/gpt-4o', ...sums }],
        balance: { eur: '49.91', credits: '4991' },
      },
    },
  ],
  problems: ['rate-card.not-found'],
})

export const reratingOperations: readonly Operation[] = [rerateCharges]
