import type { EventBus } from '../../events/io/event-bus.ts'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import type { LogTable } from '../../ledger/io/log-table.ts'
import type { LogWriter } from '../../ledger/io/log-writer.ts'
import type { PaymentProvider } from '../../payments/provider.ts'
import type { PurchaseSettings } from '../purchase-settings.ts'
import type { BillingHead, TopUp } from '../top-up.ts'
import type { TopUpsTable } from './top-ups-table.ts'

/** The clients by which a process buys credits. */
export interface TopUpClients {
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
  /** The URL after the provider's pages. */
  readonly returnUrl: string
}

/** The clients, and what a process has read while it works on one message. */
export interface TopUpPorts extends TopUpClients {
  readonly now: () => number
  readonly remainingMs: () => number
  /** Reports a mismatch to an operator; credits nothing. */
  readonly report: (finding: Mismatch) => void
}

/** A payment that differs from the request. */
interface Mismatch {
  readonly account: string
  readonly topUp: string
  readonly payment: string
  readonly detail: string
}

/** Reports a payment for a top-up. */
export const reportOn = (ports: TopUpPorts, { account, id }: TopUp, payment: string, detail: string): void =>
  ports.report({ account, topUp: id, payment, detail })
