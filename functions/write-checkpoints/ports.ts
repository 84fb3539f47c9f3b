import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { CheckpointBucket } from '../../shared/ledger/io/checkpoints.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'

/** What write-checkpoints reaches out by. */
export interface Ports {
  readonly log: LogTable
  readonly accounts: AccountsTable
  readonly checkpoints: CheckpointBucket
}
