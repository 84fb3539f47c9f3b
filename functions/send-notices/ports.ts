import type { SESv2Client } from '@aws-sdk/client-sesv2'
import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { NoticesTable } from '../../shared/notices/io/notices-table.ts'

/** What send-notices reaches out by. */
export interface Ports {
  readonly accounts: AccountsTable
  readonly notices: NoticesTable
  /** `undefined`: this stage sends no mail. It asks once: who asks again after a timeout may send twice. */
  readonly mail: { readonly client: SESv2Client; readonly from: string } | undefined
  /** `undefined`: this stage tells no webhook. `secret`: `whsec_…` */
  readonly webhook: { readonly url: URL; readonly secret: () => Promise<string> } | undefined
}
