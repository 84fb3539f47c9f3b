import type { EventBus } from '../../shared/events/io/event-bus.ts'
import type { AccountsTable } from '../../shared/ledger/io/accounts-table.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import type { SnapshotsTable } from '../../shared/spend/io/snapshots-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import type { TopUpQueue } from '../../shared/top-ups/io/top-up-queue.ts'
import type { Archiver } from './archiver.ts'
import type { WarmTails } from './warm-tails.ts'
import type { WarmWatches } from './warm-watches.ts'

/** What project-log reaches out by. */
export interface Ports {
  readonly log: LogTable
  readonly snapshots: SnapshotsTable
  readonly accounts: AccountsTable
  readonly bus: EventBus
  readonly topUps: TopUpQueue
  readonly archiver: Archiver
  readonly tails: WarmTails
  readonly watches: WarmWatches
  readonly now: () => Instant
}
