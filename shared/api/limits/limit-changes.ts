import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { categories } from '../../usage/meters.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { grantSchema } from '../credits/limit-entry.ts'
import { entryPlace } from '../fields/entry-place.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'

const made = { ...entryPlace, actor: z.string(), at: timeSchema }

export const changeSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('limits'),
      ...made,
      changes: described(
        z.array(z.object({ what: z.string(), from: z.optional(z.string()), to: z.optional(z.string()) })),
        'What is set otherwise than before, by its name',
      ),
    }),
    z.object({
      kind: z.literal('user-tiers'),
      ...made,
      tiers: z.array(z.object({ user: z.string(), tier: z.optional(z.string()) })),
    }),
    z.object({
      kind: z.literal('upgrade-decision'),
      ...made,
      request: z.string(),
      user: z.string(),
      category: z.enum(categories),
      granted: grantSchema,
      word: z.optional(z.string()),
    }),
  ])
  .check(z.meta({ id: 'LimitChange' }))

export const paging = pagingOf('limit-changes', z.tuple([z.int(), z.int()]), 100, 50)

export const listLimitChanges = reading({
  operationId: 'listLimitChanges',
  route: 'GET /v1/accounts/{account}/limits/changes',
  scope: 'account:read',
  tag: 'Limits',
  summary: 'Who changed what about limits, and when',
  description:
    'Newest first, from the log: tiers and ceilings with the differences, who came into which tier, decisions. Much of a log is of another kind: an answer may hold few of them, or none, and `next`.',
  params: accountPathSchema,
  query: z.strictObject(paging.query),
  answers: [
    answer(200, 'Changes', z.object({ changes: z.array(changeSchema), next: nextSchema }), {
      changes: [
        {
          kind: 'limits' as const,
          page: 17,
          position: 0,
          actor: 'olga',
          at: '2026-11-24T08:00:00.000Z',
          changes: [{ what: 'tiers/low/limits/text', from: '5.00 €', to: '7.00 €' }],
        },
      ],
    }),
  ],
})

export const limitChangeOperations: readonly Operation[] = [listLimitChanges]
