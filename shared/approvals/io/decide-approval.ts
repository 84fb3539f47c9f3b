import { Problem, problemKinds } from '../../errors/problems.ts'
import { type Approval, approvalState } from '../approval.ts'
import { putDecision, readApproval } from './approvals-table.ts'
import { expired } from './ask-approval.ts'
import type { Crediting } from './crediting.ts'
import { writeApproved } from './write-credit.ts'

/** Crediting, by an operator who is known. */
interface Deciding extends Crediting {
  readonly caller: { readonly subject: string }
}

export interface GivenDecision {
  readonly decision: 'approve' | 'reject'
  readonly word: string | undefined
}

/**
 * Decides another operator's request, and writes the entry if it is approved. The first decision stands; the log writes an entry
 * once for its identity, so after a crash before the write, either operator sends it again. An entry that the log refuses ends as `failed`.
 *
 * @throws Problem, and what the store throws
 */
export async function decideApproval(id: string, given: GivenDecision, setting: Deciding): Promise<Approval> {
  const approval = await decided(await known(id, setting), given, setting)
  if (approval.decision?.kind !== 'approved' || approval.place !== undefined) return approval
  const { place } = await writeApproved(approval, setting)
  return { ...approval, place, failure: undefined }
}

/** The approval, where its decision is the given one. @throws Problem where it was decided otherwise, or too late */
async function decided(approval: Approval, { decision, word }: GivenDecision, setting: Deciding): Promise<Approval> {
  const { services, tools, caller } = setting
  const kind = decision === 'approve' ? 'approved' : 'rejected'
  if (approval.decision !== undefined) {
    if (approval.decision.kind === kind) return approval
    const { by } = approval.decision
    throw new Problem('approval.decided', `${approval.id} was ${approval.decision.kind} by ${by} before`)
  }
  if (kind === 'approved' && caller.subject === approval.asked.actor) {
    throw new Problem('approval.own-request', problemKinds['approval.own-request'].example)
  }
  const now = tools.now()
  if (approvalState(approval, now) === 'expired') throw expired(approval)
  const made = { kind, by: caller.subject, at: now, word } as const
  if (await putDecision(services.approvals, approval, made)) return { ...approval, decision: made }
  return await decided(await known(approval.id, setting), { decision, word }, setting)
}

/** @throws Problem */
async function known(id: string, { services }: Crediting): Promise<Approval> {
  const approval = await readApproval(services.approvals, id)
  if (approval === undefined)
    throw new Problem('approval.not-found', `there is no approval ${id}; GET /v1/approvals lists them`)
  return approval
}
