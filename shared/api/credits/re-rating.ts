import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { nameSchema } from '../../usage/text.ts'
import { amountSchema } from '../fields/amount.ts'
import { decisionFields } from '../fields/decision.ts'
import { givenTimeSchema, timeSchema } from '../fields/time.ts'

const SERVICES = 1000

export const rerateSchema = z
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

export const reRatedSchema = z
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
