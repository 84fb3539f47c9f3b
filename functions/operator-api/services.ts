import type { ApprovalSettings } from '../../shared/approvals/approval-settings.ts'
import type { ApprovalsTable } from '../../shared/approvals/io/approvals-table.ts'
import type { HeldTable } from '../../shared/held/io/held-table.ts'
import { type Answering, type Serve, type Setting as SettingOf, serveOperation } from '../../shared/http/serve.ts'
import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { DraftsTable } from '../../shared/pricing/io/drafts-table.ts'
import type { PublishedCards } from '../../shared/pricing/io/published-cards.ts'
import type { RatesTable } from '../../shared/pricing/io/rates-table.ts'
import type { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import type { TopUpsTable } from '../../shared/top-ups/io/top-ups-table.ts'
import type { PurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'
import type { BillingHead } from '../../shared/top-ups/top-up.ts'

/** The services of the operators' operations. */
export interface Services extends Answering {
  readonly log: LogTable
  readonly writer: LogWriter
  readonly accounts: AccountsTable
  readonly rates: RatesTable
  readonly cards: PublishedCards
  /** The same cards, as warm as pricing keeps them. */
  readonly catalogue: WarmCatalogue
  readonly drafts: DraftsTable
  readonly held: HeldTable
  readonly approvals: ApprovalsTable
  /** The decisions that need a second operator; `undefined`: none. */
  readonly approvalSettings: ApprovalSettings | undefined
  readonly topUps: TopUpsTable
  readonly purchases: PurchaseSettings
  /** The newest billing details of an account; version 0: there are none. */
  readonly billing: (account: string) => Promise<BillingHead>
}

export const serve: Serve<Services> = serveOperation

export type Setting = SettingOf<Services>
