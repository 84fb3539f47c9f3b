import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { categories } from '../../usage/meters.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { amountSchema } from '../fields/amount.ts'
import { nextSchema } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'
import { ceilingUsedSchema } from './ceiling-overview.ts'
import { limitSettingsExample } from './limit-settings.ts'
import { userExample, userSchema } from './users.ts'

const spentSoFar = {
  spent: amountSchema,
  projected: z.optional(amountSchema),
}

const budgetSchema = z.optional(amountSchema)

const tierOverviewSchema = z
  .object({
    tier: z.optional(described(z.string(), 'Absent: of users who are in none')),
    name: z.optional(z.string()),
    users: z.int(),
    assigned: described(z.int(), 'Users who were assigned to it'),
    budget: budgetSchema,
    ...spentSoFar,
    categories: z.partialRecord(
      z.enum(categories),
      z.object({ budget: budgetSchema, spent: z.optional(amountSchema) }),
    ),
  })
  .check(z.meta({ id: 'TierOverview' }))

const overviewSchema = z
  .object({
    seq: described(z.int(), 'The page of the log that it is of'),
    month: z.object({ from: z.string(), to: z.string(), resetsAt: timeSchema }),
    users: described(z.int(), 'Assigned a tier, or spent something this month'),
    usersWithoutLimit: described(z.int(), 'In tiers without any limit: the budget leaves them out'),
    budget: amountSchema,
    ...spentSoFar,
    tiers: z.array(tierOverviewSchema),
    over: z.object({
      percent: z.int(),
      users: z.int(),
      first: z.array(userSchema),
      next: nextSchema,
    }),
    ceilings: z.array(ceilingUsedSchema),
  })
  .check(z.meta({ id: 'LimitsOverview' }))

const euros = (eur: string, credits: string) => ({ eur, credits })
const [ceiling] = limitSettingsExample.ceilings

const overviewExample: z.infer<typeof overviewSchema> = {
  seq: 4711,
  month: { from: '2026-11-01', to: '2026-12-01', resetsAt: '2026-11-30T23:00:00.000Z' },
  users: 120,
  usersWithoutLimit: 20,
  budget: euros('700.00', '70000'),
  spent: euros('96.00', '9600'),
  projected: euros('120.00', '12000'),
  tiers: [
    {
      tier: 'low',
      name: 'Low',
      users: 100,
      assigned: 80,
      budget: euros('700.00', '70000'),
      spent: euros('96.00', '9600'),
      categories: { text: { budget: euros('500.00', '50000'), spent: euros('96.00', '9600') } },
    },
  ],
  over: { percent: 80, users: 1, first: [userExample] },
  ceilings:
    ceiling === undefined
      ? []
      : [
          {
            ceiling,
            window: { key: 'month#2026-11', from: '2026-11-01', to: '2026-12-01' },
            resetsAt: '2026-11-30T23:00:00.000Z',
            group: 'sales',
            spent: euros('50.00', '5000'),
            share: '25',
          },
        ],
}

export const getLimitsOverview = reading({
  operationId: 'getLimitsOverview',
  route: 'GET /v1/accounts/{account}/limits/overview',
  scope: 'account:read',
  tag: 'Limits',
  summary: 'Show what all limits come to, and what is spent of them',
  description:
    'For each tier: users × limit, granted amounts, what its users have spent this month, and a projection to its end (spent × length of the month / time passed, in the account’s time zone; none on the first day). An unassigned user who has spent counts in the tier of new users. The budget leaves out tiers without any limit. `over` counts only limits of tiers. Ceilings of each user have no figures here; `GET …/user?user=` has them.',
  params: accountPathSchema,
  answers: [answer(200, 'As of the newest page', overviewSchema, overviewExample)],
})

export const limitsOverviewOperations: readonly Operation[] = [getLimitsOverview]
