import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Documents } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import { unreachableArchive } from './unreachable-archive.ts'

/** What a log is written with: tables of an engine, by their names. */
export interface LogTables {
  readonly documents: Documents
  readonly names: { readonly log: string; readonly markers: string }
}

/** A process that writes logs as functions do: it knows nothing of them yet, and has no archive unless one is given. */
export const writerOn = (
  { documents, names }: LogTables,
  own: Partial<ConstructorParameters<typeof LogWriter>[0]> = {},
): LogWriter =>
  new LogWriter({
    log: { documents, name: names.log },
    markers: new Table(documents, names.markers),
    archive: unreachableArchive(),
    now: Date.now,
    nonce: () => randomBytes(8).toString('hex'),
    random: Math.random,
    wait: async (milliseconds) => void (await wait(milliseconds)),
    ...own,
  })
