import type { Seller } from '../../shared/billing/seller.ts'
import { type Answering, type Serve, type Setting as SettingOf, serveOperation } from '../../shared/http/serve.ts'
import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { WarmFolds } from '../../shared/limits/io/warm-folds.ts'
import type { PaymentProvider } from '../../shared/payments/provider.ts'
import type { PublishedCards } from '../../shared/pricing/io/published-cards.ts'
import type { TopUpQueue } from '../../shared/top-ups/io/top-up-queue.ts'
import type { TopUpsTable } from '../../shared/top-ups/io/top-ups-table.ts'
import type { PurchaseSettings } from '../../shared/top-ups/purchase-settings.ts'
import type { BillingHead } from '../../shared/top-ups/top-up.ts'

/** The services of the operations for an account's people. */
export interface Services extends Answering {
  readonly stage: string
  readonly log: LogTable
  readonly writer: LogWriter
  readonly accounts: AccountsTable
  readonly cards: PublishedCards
  readonly folds: WarmFolds
  readonly topUps: TopUpsTable
  readonly topUpQueue: TopUpQueue
  readonly provider: PaymentProvider
  readonly purchases: PurchaseSettings
  /** Who sells; `undefined`: the stage does not say. */
  readonly seller: Seller | undefined
  /** The newest billing details of an account; version 0: there are none. */
  readonly billing: (account: string) => Promise<BillingHead>
  /** The URL after the provider's pages. */
  readonly returnUrl: string
  /** The OpenAPI document of the whole API. */
  readonly openApi: () => Promise<object>
}

export const serve: Serve<Services> = serveOperation

export type Setting = SettingOf<Services>
