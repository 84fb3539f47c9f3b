import { approvalShape } from '../../shared/api/credits/approval.ts'
import { entryShape } from '../../shared/api/credits/entry.ts'
import { topUpShape } from '../../shared/api/top-ups/top-up.ts'
import { writeCredit } from '../../shared/approvals/io/write-credit.ts'
import type { Answer } from '../../shared/http/answer.ts'
import { amountText } from '../../shared/money/amounts.ts'
import type { Setting } from './services.ts'

/**
 * Writes an entry or an invoice, and answers 201 with the entry and the balance after its page, or with the invoice's top-up; 202
 * while a second operator has to approve it.
 *
 * @throws Problem, and what the store throws
 */
export async function creditAnswer(
  account: string,
  asked: Parameters<typeof writeCredit>[1],
  setting: Setting,
  against?: Parameters<typeof writeCredit>[3],
): Promise<Answer> {
  const written = await writeCredit(account, asked, setting, against)
  switch (written.kind) {
    case 'waits':
      return { status: 202, body: { approval: approvalShape(written.approval, setting.tools.now()) } }
    case 'invoice':
      return { status: 201, body: topUpShape(written.topUp) }
    case 'entry': {
      const { header } = written.page
      const entry = entryShape(written.entry, header.seq, written.position)
      return { status: 201, body: { entry, balance: amountText(header.balance) } }
    }
  }
}
