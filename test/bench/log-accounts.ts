import { type Documents, documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import type { Outcome } from '../../shared/ledger/io/commit/proposal.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { MarkersTable } from '../../shared/ledger/io/markers-table.ts'
import { WarmFolds } from '../../shared/limits/io/warm-folds.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { writerOn } from '../world/log-writer.ts'

/** The tables a log is written with. */
export interface Logs {
  readonly documents: Documents
  readonly log: LogTable
  readonly markers: MarkersTable
}

/** Keys of these tables, as in the deployed template. */
export const logKeys = { log: ['account', 'seq'], markers: ['identity'] } as const

/** The tables of the engine that the environment names, by the store's own client. */
export function logs(): Logs {
  const documents = documentClient()
  return { documents, log: { documents, name: 'log' }, markers: new Table(documents, 'markers') }
}

/** A process that charges: what it knows of a log is what it has read or written itself. */
export const processOf = ({ documents, log, markers }: Logs, now: () => Instant = Date.now): LogWriter =>
  writerOn({ documents, names: { log: log.name, markers: markers.name } }, { now })

/** What a process of the admin API keeps warm of accounts. */
export const foldsOf = ({ documents, log }: Logs, now: () => Instant): WarmFolds =>
  new WarmFolds({ log, now, snapshots: new Table(documents, 'snapshots'), accounts: new Table(documents, 'accounts') })

/** @throws Error unless every one was charged: a bench that loses events measures nothing */
export function assertCharged(outcomes: readonly Outcome<never>[]): void {
  const other = outcomes.find(({ kind }) => kind !== 'committed')
  if (other !== undefined) throw new Error(`an event was not charged but ${other.kind}`, { cause: other })
}

export const noHurry = () => 60_000
