import type { ApprovalSettings } from '../../shared/approvals/approval-settings.ts'
import type { ApprovalsTable } from '../../shared/approvals/io/approvals-table.ts'
import type { Seller } from '../../shared/billing/seller.ts'
import type { HeldTable } from '../../shared/held/io/held-table.ts'
import type { RequestsTable } from '../../shared/http/io/requests-table.ts'
import { type Serve, type Setting as SettingOf, serveOperation } from '../../shared/http/serve.ts'
import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { ReservationGates } from '../../shared/limits/io/reservations/reservation-gates.ts'
import type { WarmFolds } from '../../shared/limits/io/warm-folds.ts'
import type { PaymentProvider } from '../../shared/payments/provider.ts'
import type { DraftsTable } from '../../shared/pricing/io/drafts-table.ts'
import type { PublishedCards } from '../../shared/pricing/io/published-cards.ts'
import type { RatesTable } from '../../shared/pricing/io/rates-table.ts'
import type { WarmCatalogue } from '../../shared/pricing/io/warm-catalogue.ts'
import type { TopUpQueue } from '../../shared/top-ups/io/top-up-queue.ts'
import type { TopUpsTable } from '../../shared/top-ups/io/top-ups-table.ts'
import type { PurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'
import type { BillingHead } from '../../shared/top-ups/top-up.ts'

/** What the routes reach out by. */
export interface Services {
  readonly stage: string
  readonly log: LogTable
  readonly writer: LogWriter
  readonly accounts: AccountsTable
  readonly rates: RatesTable
  readonly cards: PublishedCards
  /** The same cards, as warm as pricing keeps them. */
  readonly catalogue: WarmCatalogue
  /** Accounts' folds, kept warm. */
  readonly folds: WarmFolds
  readonly gates: ReservationGates
  readonly drafts: DraftsTable
  readonly held: HeldTable
  readonly approvals: ApprovalsTable
  /** What takes a second operator's approval; `undefined`: the stage asks for none. */
  readonly approvalSettings: ApprovalSettings | undefined
  readonly requests: RequestsTable
  readonly topUps: TopUpsTable
  readonly topUpQueue: TopUpQueue
  readonly provider: PaymentProvider
  readonly purchases: PurchaseSettings
  /** Who sells; `undefined`: the stage does not say. */
  readonly seller: Seller | undefined
  /** The newest billing details of an account; version 0: there are none. */
  readonly billing: (account: string) => Promise<BillingHead>
  /** Where the provider's pages lead back to. */
  readonly returnUrl: string
  /** Eight random bytes, hex. */
  readonly nonce: () => string
  /** The OpenAPI document of all routes. */
  readonly openApi: () => Promise<object>
}

export const serve: Serve<Services> = serveOperation

export type Setting = SettingOf<Services>
