import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { archiveClient } from '../../aws/clients.ts'
import type { Documents } from '../../aws/document-client.ts'
import { Table } from '../../aws/table.ts'
import { LogWriter } from './log-writer.ts'

/** The names of what a commit reads and writes, as the template gives them to a function. */
type CommitSettings = Readonly<Record<'LOG_TABLE' | 'MARKERS_TABLE' | 'ARCHIVE_BUCKET', string>>

/** The log writer of a running function: with the clock, the randomness and the timers of its process. */
export const processLogWriter = (documents: Documents, settings: CommitSettings): LogWriter =>
  new LogWriter({
    log: { documents, name: settings.LOG_TABLE },
    markers: new Table(documents, settings.MARKERS_TABLE),
    archive: { client: archiveClient(), bucket: settings.ARCHIVE_BUCKET },
    now: Date.now,
    nonce: () => randomBytes(8).toString('hex'),
    random: Math.random,
    wait: async (milliseconds) => void (await wait(milliseconds)),
  })
