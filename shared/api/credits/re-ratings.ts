import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, writing } from '../../http/operation.ts'
import { nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { amountSchema } from '../fields/amount.ts'
import { decisionFields } from '../fields/decision.ts'
import { givenTimeSchema, timeSchema } from '../fields/time.ts'

const SERVICES = 1000

const rerateSchema = z
  .strictObject({
    from: described(givenTimeSchema, 'Charges whose event time is this or later'),
    to: described(givenTimeSchema, 'and before this'),
    rateCard: described(
      z.int().check(z.minimum(1)),
      'A published version: they will have cost what it says, whenever it comes into force',
    ),
    services: z.optional(
      described(
        z
          .array(nameSchema)
          .check(
            z.minLength(1, 'expected at least one service'),
            z.maxLength(SERVICES, `expected at most ${SERVICES}`),
          ),
        'Only charges of these services, as their events name them; default: all',
      ),
    ),
    dryRun: described(z.boolean(), 'Write nothing, and tell what would be written'),
    ...decisionFields,
  })
  .check(z.meta({ id: 'ReRating' }))

const count = z.int().check(z.minimum(0))
const costs = {
  charges: described(count, 'Looked at'),
  corrected: described(count, 'A correction each was written; in a dry run: would be'),
  before: amountSchema,
  after: amountSchema,
  difference: amountSchema,
}

const reRatedSchema = z
  .object({
    dryRun: z.boolean(),
    isDone: described(
      z.boolean(),
      'false: there was no time for the rest; the figures are of what was looked at. Send it again with a fresh Idempotency-Key: what was corrected is found unchanged, and it goes on',
    ),
    ...costs,
    unchanged: described(count, 'They cost the same by the version, or were corrected before'),
    leftAlone: described(
      z.object({ refunded: count, unpriced: count, conflict: count }),
      'For a person to decide: already refunded; without a price in the version; corrected by another request at this moment (send it again)',
    ),
    named: described(
      z.array(
        z.object({
          source: z.string(),
          id: z.string(),
          time: timeSchema,
          service: z.string(),
          reason: z.enum(['refunded', 'unpriced', 'conflict']),
        }),
      ),
      'The first of those that were left alone',
    ),
    byService: z.array(z.object({ service: z.string(), ...costs }).check(z.meta({ id: 'ReRatedService' }))),
    balance: amountSchema,
  })
  .check(
    z.meta({
      id: 'ReRated',
      description:
        'What the charges cost before and after; `difference` is before minus after, as it changes the balance. What was left alone counts with the same cost before and after',
    }),
  )

const sums = {
  charges: 3,
  corrected: 2,
  before: { eur: '0.09', credits: '9' },
  after: { eur: '0.03', credits: '3' },
  difference: { eur: '0.06', credits: '6' },
}

export const rerateCharges = writing({
  operationId: 'rerateCharges',
  route: 'POST /v1/accounts/{account}/re-ratings',
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
    answer(200, 'What was corrected, or would be', reRatedSchema, {
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
    }),
  ],
  problems: ['rate-card.not-found'],
})

export const reratingOperations: readonly Operation[] = [rerateCharges]
