import type { Tools } from '../../aws/lambda.ts'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import type { LogTable } from '../../ledger/io/log-table.ts'
import type { LogWriter } from '../../ledger/io/log-writer.ts'
import type { EntryPlace } from '../../ledger/io/read-entries.ts'
import type { FoundEntry } from '../../ledger/sight.ts'
import type { TopUpsTable } from '../../top-ups/io/top-ups-table.ts'
import type { PurchaseSettings } from '../../top-ups/purchase-settings.ts'
import type { BillingHead, TopUp } from '../../top-ups/top-up.ts'
import type { ApprovalSettings } from '../approval-settings.ts'
import type { ApprovalsTable } from './approvals-table.ts'

/** The ports of crediting an account. */
export interface Crediting {
  readonly services: {
    readonly log: LogTable
    readonly writer: LogWriter
    readonly accounts: AccountsTable
    readonly approvals: ApprovalsTable
    /** The decisions that need a second operator; `undefined`: none. */
    readonly approvalSettings: ApprovalSettings | undefined
    readonly topUps: TopUpsTable
    readonly purchases: PurchaseSettings
    /** The newest billing details of an account; version 0: there are none. */
    readonly billing: (account: string) => Promise<BillingHead>
  }
  readonly tools: Pick<Tools, 'logger' | 'now' | 'remainingMs'>
}

/** The written entry, or the top-up of an invoice. */
export type WrittenCredit =
  | ({ readonly kind: 'entry'; readonly place: EntryPlace } & FoundEntry)
  | { readonly kind: 'invoice'; readonly place: EntryPlace; readonly topUp: TopUp }
