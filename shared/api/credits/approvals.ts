import * as z from 'zod/mini'
import { approvalStates } from '../../approvals/approval.ts'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading, writing } from '../../http/operation.ts'
import { accountSchema, sentenceSchema } from '../../usage/text.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { approvalExample, approvalSchema } from './approval.ts'

export const paging = pagingOf('approvals', z.string(), 100, 50)

export const listApprovals = reading({
  operationId: 'listApprovals',
  route: 'GET /v1/approvals',
  scope: 'operate',
  tag: 'Credits',
  summary: 'List what waits for a second operator, and what became of it',
  description:
    'By id. An answer may hold few of what is looked for, or none, and `next`. Kept for 90 days; what was written stays in the log.',
  query: z.strictObject({
    ...paging.query,
    state: z.optional(described(z.enum(approvalStates), 'Default: all')),
    account: z.optional(described(accountSchema, 'Of this account alone')),
  }),
  answers: [
    answer(200, 'Approvals', z.object({ approvals: z.array(approvalSchema), next: nextSchema }), {
      approvals: [approvalExample],
    }),
  ],
})

export const decideApproval = writing({
  operationId: 'decideApproval',
  route: 'POST /v1/approvals/{approval}/decision',
  scope: 'operate',
  tag: 'Credits',
  summary: 'Approve or reject what another operator asked for',
  description:
    'Another operator approves (with another `sub` in the token); the operator who asked may only reject. An approved entry is written at once, and only once, also where this is sent again. The entry names both operators. An entry that can no longer be written ends as `failed`: the charge costs less or was refunded meanwhile, or the invoice was credited otherwise.',
  params: z.strictObject({
    approval: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected the id of an approval, as it was answered')),
  }),
  body: {
    schema: z
      .strictObject({
        decision: z.enum(['approve', 'reject']),
        word: z.optional(described(sentenceSchema, 'Said to who asked')),
      })
      .check(z.meta({ id: 'DecideApproval' })),
    example: { decision: 'approve' },
  },
  answers: [
    answer(200, 'Decided, by this request or before', approvalSchema, {
      ...approvalExample,
      state: 'written',
      decidedBy: 'otto',
      decidedAt: '2026-11-23T11:00:00.000Z',
      entry: { page: 17, position: 0 },
    }),
  ],
  problems: [
    ...([
      'approval.not-found',
      'approval.own-request',
      'approval.decided',
      'approval.expired',
      'approval.failed',
    ] as const),
    ...(['account.not-found', 'charge.not-found', 'refund.too-large', 'credits.corrected-before'] as const),
    ...(['invoice.credited-before', 'balance.out-of-range'] as const),
  ],
})

export const approvalOperations: readonly Operation[] = [listApprovals, decideApproval]
