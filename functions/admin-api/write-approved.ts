import { type Approval, approverOf } from '../../shared/approvals/approval.ts'
import { noteFailed, noteWritten } from '../../shared/approvals/io/approvals-table.ts'
import { Problem } from '../../shared/errors/problems.ts'
import { commitAsked } from './commit-asked.ts'
import type { WrittenCredit } from './commit-credit.ts'
import { refundable, refundRefusal } from './refundable.ts'
import type { Setting } from './services.ts'

/**
 * Writes what a second operator approved, once, and notes what became of it: where it stands, or the problem that refused it for good.
 *
 * Whatever was noted before, the log is asked: an entry that stands there is found, and what failed is never written later.
 *
 * @throws Problem, and what the store throws
 */
export async function writeApproved(
  approval: Approval,
  setting: Pick<Setting, 'services' | 'tools'>,
): Promise<WrittenCredit> {
  const { services, tools } = setting
  try {
    const written = await committed(approval, setting)
    if (approval.place === undefined) {
      await noteWritten(services.approvals, approval, written.place)
      tools.logger.info('what was approved is written', { approval: approval.id, account: approval.account })
    }
    return written
  } catch (error) {
    if (error instanceof Problem && error.fault === 'caller')
      await noteFailed(services.approvals, approval, { code: error.code, detail: error.message })
    throw error
  }
}

async function committed(approval: Approval, setting: Pick<Setting, 'services' | 'tools'>): Promise<WrittenCredit> {
  const { account, asked } = approval
  const entry = { ...asked, at: setting.tools.now(), approvedBy: approverOf(approval) }
  const failed = failedBefore(approval)
  if (failed !== undefined || entry.kind !== 'refund')
    return await commitAsked(account, entry, setting, { refusal: failed })
  const { cost, unless } = await refundable(account, entry.of, setting)
  return await commitAsked(account, entry, setting, { refusal: refundRefusal(entry.credits, cost), unless })
}

function failedBefore({ id, decision, failure }: Approval): Problem | undefined {
  if (failure === undefined) return undefined
  const why = `${decision?.by} approved ${id}, and it can not be written (${failure.code}): ${failure.detail}`
  return new Problem('approval.failed', `${why}; ask for what is right by a new request, with a new Idempotency-Key`)
}
