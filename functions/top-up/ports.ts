import type { EventBus } from '../../shared/events/io/event-bus.ts'
import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { PaymentProvider } from '../../shared/payments/provider.ts'
import type { BillingHead } from '../../shared/top-ups/billing-head.ts'
import type { TopUpsTable } from '../../shared/top-ups/io/top-ups-table.ts'
import type { PurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'

/** What top-up reaches out by. */
export interface Ports {
  readonly log: LogTable
  readonly writer: LogWriter
  readonly accounts: AccountsTable
  readonly topUps: TopUpsTable
  readonly provider: PaymentProvider
  readonly bus: EventBus
  /** How this stage sells. */
  readonly purchases: PurchaseSettings
  /** The newest billing details of an account; version 0: there are none. */
  readonly billing: (account: string) => Promise<BillingHead>
  /** Where the provider's pages lead back to. */
  readonly returnUrl: string
}

/** What a process knows while it works on one message. */
export interface Working {
  readonly now: () => number
  readonly remainingMs: () => number
  /** Tells an operator of what does not add up; nothing is credited by it. */
  readonly report: (finding: Mismatch) => void
}

/** A payment that is not what was asked for. */
export interface Mismatch {
  readonly account: string
  readonly topUp: string
  readonly payment: string
  readonly detail: string
}
