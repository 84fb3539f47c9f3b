import { Problem } from '../../errors/problems.ts'
import { type Against, commitCredit } from '../../ledger/io/commit/commit-credit.ts'
import { refundable, refundRefusal } from '../../ledger/io/refundable.ts'
import { type Approval, type Asked, approverOf } from '../approval.ts'
import { noteFailed, noteWritten } from './approvals-table.ts'
import { askApproval } from './ask-approval.ts'
import { creditInvoice } from './credit-invoice.ts'
import type { Crediting, WrittenCredit } from './crediting.ts'

/**
 * Writes an entry that moves credits, or credits an invoice, once for its identity, for ever: sent again after any crash, and after the 48
 * hours of the answer too, it finds its own entry. What is above the stage's amount waits for a second operator first.
 *
 * @throws Problem, and what the store throws
 */
export async function writeCredit(
  account: string,
  asked: Asked,
  setting: Crediting,
  against: Against = {},
): Promise<WrittenCredit | { readonly kind: 'waits'; readonly approval: Approval }> {
  const asking = await askApproval(account, asked, setting, against.refusal)
  switch (asking.kind) {
    case 'not-needed':
      return await commitAsked(account, asked, setting, against)
    case 'waits':
      return asking
    case 'approved':
      return await writeApproved(asking.approval, setting)
  }
}

/** Writes an entry that needs no approval, or has one. */
async function commitAsked(
  account: string,
  asked: Asked,
  setting: Crediting,
  against: Against,
): Promise<WrittenCredit> {
  if (asked.kind === 'invoice') return await creditInvoice(account, asked, setting, against)
  const written = await commitCredit(account, asked, setting, against)
  return {
    kind: 'entry',
    entry: written.entry,
    page: written.page,
    position: written.position,
    place: { page: written.page.header.seq, position: written.position },
  }
}

/**
 * Writes an approved entry, once, and stores the outcome: its place in the log, or the problem that refused it.
 *
 * It always asks the log: it finds a written entry, and never writes one that failed.
 *
 * @throws Problem, and what the store throws
 */
export async function writeApproved(approval: Approval, setting: Crediting): Promise<WrittenCredit> {
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

async function committed(approval: Approval, setting: Crediting): Promise<WrittenCredit> {
  const { account, asked } = approval
  const entry = { ...asked, at: setting.tools.now(), approvedBy: approverOf(approval) }
  const failed = failedBefore(approval)
  if (failed !== undefined || entry.kind !== 'refund')
    return await commitAsked(account, entry, setting, { refusal: failed })
  const { cost, unless } = await refundable(account, entry.of, setting.services)
  return await commitAsked(account, entry, setting, { refusal: refundRefusal(entry.credits, cost), unless })
}

function failedBefore({ id, decision, failure }: Approval): Problem | undefined {
  if (failure === undefined) return undefined
  const why = `${decision?.by} approved ${id}, and it can not be written (${failure.code}): ${failure.detail}`
  return new Problem('approval.failed', `${why}; ask for what is right by a new request, with a new Idempotency-Key`)
}
