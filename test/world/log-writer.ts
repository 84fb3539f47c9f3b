import type { Documents } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { Tables } from './tables.ts'
import { unreachableArchive } from './unreachable-archive.ts'

/** A writer of logs as functions have one, without an archive; it never waits after a lost race. */
export const writerOn = (
  { documents, names }: Pick<Tables, 'names'> & { readonly documents: Documents },
  now: () => number = Date.now,
): LogWriter =>
  new LogWriter({
    log: { documents, name: names.log },
    markers: new Table(documents, names.markers),
    archive: unreachableArchive(),
    now,
    nonce: () => '0011223344556677',
    random: () => 0.5,
    wait: async () => {},
  })
