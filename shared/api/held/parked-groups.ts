import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'
import { missingFields } from '../pricing/missing-price.ts'

export const MOST = 50
export const paging = pagingOf('groups', z.string(), MOST)

export const groupSchema = z
  .object({
    service: z.string(),
    meter: described(z.string(), 'The first meter without a price when its events were parked'),
    missing: described(
      z.array(z.object(missingFields).check(z.meta({ id: 'MissingPart' }))),
      'Each part that some event still has no price for, at its own time: publish these',
    ),
    count: z.int(),
    isAtLeast: described(
      z.boolean(),
      'There are too many events to look at; then `hasPrice` is false, and `missing` is of the first ones',
    ),
    first: timeSchema,
    last: timeSchema,
    hasPrice: described(
      z.boolean(),
      'Every event of the group now has a price for every part, at its own time: all are charged within two minutes',
    ),
  })
  .check(z.meta({ id: 'ParkedGroup' }))

export const listParkedGroups = reading({
  operationId: 'listParkedGroups',
  route: 'GET /v1/parked/groups',
  scope: 'operate',
  tag: 'Held events',
  summary: 'Show which usage has no price, by service and meter',
  description:
    'How many events wait for a price, of which times, and for what. Publish a card with rates or an alias for it, with `effectiveFrom` in the past: it gives prices to usage that had no whole price, and changes none. They are charged by themselves then, at the price of their own time.',
  query: z.strictObject({ after: paging.query.after }),
  answers: [
    answer(
      200,
      'Groups, by name; fewer than all when `next` is there',
      z.object({ groups: z.array(groupSchema), next: nextSchema }),
      {
        groups: [
          {
            service: 'openai/gpt-9',
            meter: 'input_tokens',
            missing: [
              {
                service: 'openai/gpt-9',
                meter: 'input_tokens',
                reason: 'rate.missing',
                detail: 'no price for input_tokens of openai/gpt-9, which no rate names',
              },
            ],
            count: 1204,
            isAtLeast: false,
            first: '2026-11-23T10:15:30.123Z',
            last: '2026-11-24T07:59:12.001Z',
            hasPrice: false,
          },
        ],
      },
    ),
  ],
})

export const parkedGroupOperations: readonly Operation[] = [listParkedGroups]
