import * as z from 'zod/mini'
import { approvalExample, approvalSchema, approvalShape } from '../../../shared/api/credits/approval.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { approvalStates } from '../../../shared/approvals/approval.ts'
import { listApprovals } from '../../../shared/approvals/io/approvals-table.ts'
import { described } from '../../../shared/http/described.ts'
import { nothing, type Operation, reading, writing } from '../../../shared/http/operation.ts'
import { accountSchema, sentenceSchema } from '../../../shared/usage/text.ts'
import { decideApproval } from '../decide-approval.ts'

const MOST = 100
const USUAL = 50
const cursor = cursorOf('approvals', z.string())

const list = reading({
  operationId: 'listApprovals',
  tag: 'Credits',
  summary: 'List what waits for a second operator, and what became of it',
  description:
    'By id. An answer may hold few of what is looked for, or none, and `next`. Kept for 90 days; what was written stays in the log.',
  params: nothing,
  query: z.extend(pagingSchema(MOST, USUAL), {
    state: z.optional(described(z.enum(approvalStates), 'All unless told')),
    account: z.optional(described(accountSchema, 'Of this account alone')),
  }),
  answers: [
    {
      status: 200,
      description: 'Approvals',
      schema: z.object({ approvals: z.array(approvalSchema), next: nextSchema }),
      example: { approvals: [approvalExample] },
    },
  ],
  problems: [],
  handle: async ({ query: { limit = USUAL, after, state, account } }, { services, tools }) => {
    const read = await listApprovals(services.approvals, after === undefined ? undefined : cursor.read(after), limit)
    const approvals = read
      .map((one) => approvalShape(one, tools.now()))
      .filter((one) => (state === undefined || one.state === state) && (account ?? one.account) === one.account)
    const last = read.length === limit ? read.at(-1) : undefined
    return { status: 200, body: { approvals, ...(last && { next: cursor.write(last.id) }) } }
  },
})

const decide = writing({
  operationId: 'decideApproval',
  tag: 'Credits',
  summary: 'Approve or reject what another operator asked for',
  description:
    'Who asked can not approve it (the token’s `sub` differs), but may reject it. What is approved is written at once, and once, however often this is sent. The entry names both. What can’t be written by then ends as `failed`: the charge costs less or was refunded meanwhile, or the invoice was credited otherwise.',
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
    {
      status: 200,
      description: 'Decided, by this request or before',
      schema: approvalSchema,
      example: {
        ...approvalExample,
        state: 'written',
        decidedBy: 'otto',
        decidedAt: '2026-11-23T11:00:00.000Z',
        entry: { page: 17, position: 0 },
      },
    },
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
  handle: async ({ params, body: { decision, word } }, setting) => {
    const approval = await decideApproval(params.approval, { decision, word }, setting)
    return { status: 200, body: approvalShape(approval, setting.tools.now()) }
  },
})

export const approvalOperations: readonly Operation[] = [list, decide]
