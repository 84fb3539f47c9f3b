import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Documents, documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import type { Outcome } from '../../shared/ledger/io/commit/proposal.ts'
import type { LogTable } from '../../shared/ledger/io/log-table.ts'
import { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { MarkersTable } from '../../shared/ledger/io/markers-table.ts'
import { pack } from '../../shared/ledger/io/page-item.ts'
import { encodeBody } from '../../shared/ledger/page/body.ts'
import { nextPage } from '../../shared/ledger/page/next-page.ts'
import { bodyHash, type Page } from '../../shared/ledger/page/page.ts'
import { WarmFolds } from '../../shared/limits/io/warm-folds.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { unreachableArchive } from '../world/unreachable-archive.ts'

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
export const processOf = ({ log, markers }: Logs, now: () => Instant = Date.now): LogWriter =>
  new LogWriter({
    log,
    markers,
    archive: unreachableArchive(),
    now,
    nonce: () => randomBytes(8).toString('hex'),
    random: Math.random,
    wait: async (milliseconds) => {
      await wait(milliseconds)
    },
  })

/** What a process of the admin API keeps warm of accounts. */
export const foldsOf = ({ documents, log }: Logs, now: () => Instant): WarmFolds =>
  new WarmFolds({ log, now, snapshots: new Table(documents, 'snapshots'), accounts: new Table(documents, 'accounts') })

/** Page 1 of an account. */
export function firstPage(account: string): Page {
  const settings = { lowBalanceLevels: [] }
  const entries = [{ kind: 'open', key: account, actor: 'bench', at: 0, settings } as const]
  const body = pack(encodeBody(entries))
  const content = { account, entries, body, bodyHash: bodyHash(body), writtenAt: 0, nonce: '0'.repeat(16) }
  return nextPage(undefined, settings, content)
}

/** @throws Error unless every one was charged: a bench that loses events measures nothing */
export function assertCharged(outcomes: readonly Outcome<never>[]): void {
  const other = outcomes.find(({ kind }) => kind !== 'committed')
  if (other !== undefined) throw new Error(`an event was not charged but ${other.kind}`, { cause: other })
}

export const noHurry = () => 60_000
