import type { AccountsTable } from '../../shared/store/accounts-table.ts'
import type { CheckpointBucket } from '../../shared/store/checkpoints.ts'
import type { LogTable } from '../../shared/store/log-table.ts'

/** What write-checkpoints reaches out by. */
export interface Ports {
  readonly log: LogTable
  readonly accounts: AccountsTable
  readonly checkpoints: CheckpointBucket
}
