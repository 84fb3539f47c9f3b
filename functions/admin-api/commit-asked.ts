import type { Asked } from '../../shared/approvals/approval.ts'
import { type Against, commitCredit, type WrittenCredit } from './commit-credit.ts'
import { creditInvoice } from './credit-invoice.ts'
import type { Setting } from './services.ts'

/** Writes what needs no approval, or has one, once for its identity. @throws Problem, and what the store throws */
export async function commitAsked(
  account: string,
  asked: Asked,
  setting: Pick<Setting, 'services' | 'tools'>,
  against: Against,
): Promise<WrittenCredit> {
  if (asked.kind === 'invoice') return await creditInvoice(account, asked, setting, against)
  return await commitCredit(account, asked, setting, against)
}
