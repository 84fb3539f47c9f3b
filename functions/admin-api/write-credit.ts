import { approvalShape } from '../../shared/api/credits/approval.ts'
import type { Asked } from '../../shared/approvals/approval.ts'
import type { Answer } from '../../shared/http/answer.ts'
import { askApproval } from './ask-approval.ts'
import { commitAsked } from './commit-asked.ts'
import type { Against } from './commit-credit.ts'
import type { Setting } from './services.ts'
import { writeApproved } from './write-approved.ts'

/**
 * Writes an entry that moves credits, or credits an invoice, once for its identity, for ever: sent again after any crash, and after the 48
 * hours of the answer too, it finds its own entry. What is above the stage's amount waits for a second operator first.
 *
 * @returns 201 with the entry and the balance after its page; 202 while it waits
 * @throws Problem, and what the store throws
 */
export async function writeCredit(
  account: string,
  asked: Asked,
  setting: Pick<Setting, 'services' | 'tools'>,
  against: Against = {},
): Promise<Answer> {
  const approval = await askApproval(account, asked, setting, against.refusal)
  switch (approval.kind) {
    case 'not-needed':
      return (await commitAsked(account, asked, setting, against)).answer
    case 'waits':
      return { status: 202, body: { approval: approvalShape(approval.approval, setting.tools.now()) } }
    case 'approved':
      return (await writeApproved(approval.approval, setting)).answer
  }
}
