import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading, writing } from '../../http/operation.ts'
import { daySchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'
import { givenLimitsExample, givenLimitsSchema, limitSettingsExample, limitSettingsSchema } from './limit-settings.ts'

export const getLimits = reading({
  operationId: 'getLimits',
  route: 'GET /v1/accounts/{account}/limits',
  scope: 'account:read',
  tag: 'Limits',
  summary: "Show an account's tiers and ceilings",
  description:
    'As of the newest page of its log, or as they were at the end of a day: before anything was set, the standard ones.',
  params: accountPathSchema,
  query: z.strictObject({
    day: z.optional(described(daySchema, 'As they were at the end of this day, where the account is')),
  }),
  answers: [answer(200, 'In force', limitSettingsSchema, limitSettingsExample)],
})

export const putLimits = writing({
  operationId: 'putLimits',
  route: 'PUT /v1/accounts/{account}/limits',
  scope: 'account:admin',
  tag: 'Limits',
  summary: 'Set tiers and ceilings',
  description:
    'All of them, from this page of the log on: the next access check counts by them. What was spent stays spent, also where a limit is lowered below it. A tier is archived, never removed: users may be in it. A new ceiling for a service or vendor without a price is refused: it would count nothing.',
  params: accountPathSchema,
  body: { schema: givenLimitsSchema, example: givenLimitsExample },
  answers: [answer(200, 'In force', limitSettingsSchema, limitSettingsExample)],
  problems: ['settings.changed', 'limits.tier-removed', 'limits.no-such-service'],
})

export const paging = pagingOf('limit-versions', z.number(), 50)

export const listLimitVersions = reading({
  operationId: 'listLimitVersions',
  route: 'GET /v1/accounts/{account}/limits/versions',
  scope: 'account:read',
  tag: 'Limits',
  summary: 'All versions of the limits',
  description: 'Who set them, and when; each is all that was set.',
  params: accountPathSchema,
  query: z.strictObject(paging.query),
  answers: [
    answer(
      200,
      'Newest first',
      z.object({
        versions: z.array(z.object({ actor: z.string(), at: timeSchema, limits: limitSettingsSchema })),
        next: nextSchema,
      }),
      { versions: [{ actor: 'olga', at: '2026-11-24T08:00:00.000Z', limits: limitSettingsExample }] },
    ),
  ],
})

export const limitsOperations: readonly Operation[] = [getLimits, putLimits, listLimitVersions]
