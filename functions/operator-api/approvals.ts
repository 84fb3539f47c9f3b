import { approvalShape } from '../../shared/api/credits/approval.ts'
import * as api from '../../shared/api/credits/approvals.ts'
import { readApprovals } from '../../shared/approvals/io/approvals-table.ts'
import { decideApproval } from '../../shared/approvals/io/decide-approval.ts'
import type { Served } from '../../shared/http/serve.ts'
import { type Services, serve } from './services.ts'

const list = serve(api.listApprovals, async ({ query: { limit, after, state, account } }, { services, tools }) => {
  const read = await readApprovals(services.approvals, after, limit)
  const approvals = read
    .map((one) => approvalShape(one, tools.now()))
    .filter((one) => (state === undefined || one.state === state) && (account ?? one.account) === one.account)
  const last = read.length === limit ? read.at(-1) : undefined
  return { status: 200, body: { approvals, next: api.paging.next(last?.id) } }
})

const decide = serve(api.decideApproval, async ({ params, body: { decision, word } }, setting) => {
  const approval = await decideApproval(params.approval, { decision, word }, setting)
  return { status: 200, body: approvalShape(approval, setting.tools.now()) }
})

export const approvalHandlers: readonly Served<Services>[] = [list, decide]
