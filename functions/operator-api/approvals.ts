import * as z from 'zod/mini'
import { approvalShape } from '../../shared/api/credits/approval.ts'
import * as api from '../../shared/api/credits/approvals.ts'
import { cursorOf } from '../../shared/api/fields/paging.ts'
import { readApprovals } from '../../shared/approvals/io/approvals-table.ts'
import { decideApproval } from '../../shared/approvals/io/decide-approval.ts'
import type { Served } from '../../shared/http/serve.ts'
import { type Services, serve } from './services.ts'

const cursor = cursorOf('approvals', z.string())

const list = serve(
  api.listApprovals,
  async ({ query: { limit = api.USUAL, after, state, account } }, { services, tools }) => {
    const read = await readApprovals(services.approvals, after === undefined ? undefined : cursor.read(after), limit)
    const approvals = read
      .map((one) => approvalShape(one, tools.now()))
      .filter((one) => (state === undefined || one.state === state) && (account ?? one.account) === one.account)
    const last = read.length === limit ? read.at(-1) : undefined
    return { status: 200, body: { approvals, next: last && cursor.write(last.id) } }
  },
)

const decide = serve(api.decideApproval, async ({ params, body: { decision, word } }, setting) => {
  const approval = await decideApproval(params.approval, { decision, word }, setting)
  return { status: 200, body: approvalShape(approval, setting.tools.now()) }
})

export const approvalHandlers: readonly Served<Services>[] = [list, decide]
