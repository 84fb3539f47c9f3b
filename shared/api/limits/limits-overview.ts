import { type Operation, reading } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { overviewExample, overviewSchema } from './overview.ts'

export const getLimitsOverview = reading({
  operationId: 'getLimitsOverview',
  method: 'GET',
  path: '/v1/accounts/{account}/limits/overview',
  scope: 'account:read',
  tag: 'Limits',
  summary: 'Show what all limits come to, and what is spent of them',
  description:
    'Of each tier users × limit and what was granted for once, beside what its users have spent this month and will have spent at its end if it goes on like this (spent × length of the month / time passed, where the account is; none on the first day). Whom nobody assigned and who spent something counts in the tier of new users. The budget leaves out tiers without any limit. `over` counts limits of tiers alone. Ceilings of each user are shown without figures; `GET …/user?user=` has them.',
  params: accountPathSchema,
  answers: [{ status: 200, description: 'As of the newest page', schema: overviewSchema, example: overviewExample }],
})

export const limitsOverviewOperations: readonly Operation[] = [getLimitsOverview]
