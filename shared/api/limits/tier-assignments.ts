import { type Operation, writing } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { assignedExample, assignedSchema, tierAssignmentsSchema } from './assigned-tiers.ts'

export const assignTiers = writing({
  operationId: 'assignTiers',
  method: 'POST',
  path: '/v1/accounts/{account}/tier-assignments',
  scope: 'account:admin',
  tag: 'Limits',
  summary: 'Put many users into tiers',
  description:
    'At most 10,000 users, by a table or a list. A preview says what would change, which lines are wrong and why, and who would be over a limit. With `preview: false` all of them are written, or none: a wrong line refuses the whole.',
  params: accountPathSchema,
  body: {
    schema: tierAssignmentsSchema,
    example: { csv: 'user,tier\nu-17,low\nu-18,\n', preview: true },
  },
  answers: [{ status: 200, description: 'What it changes', schema: assignedSchema, example: assignedExample }],
  problems: ['tier-assignments.wrong', 'limits.no-such-tier'],
})

export const tierAssignmentOperations: readonly Operation[] = [assignTiers]
