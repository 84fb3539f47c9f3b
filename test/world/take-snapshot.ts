import { writeSnapshots } from '../../functions/project-log/follow-log.ts'
import { Table } from '../../shared/aws/table.ts'
import { readPagesAfter } from '../../shared/ledger/io/log-table.ts'
import { moveCursor } from '../../shared/spend/io/snapshots-table.ts'
import { dayOfZone } from '../../shared/time/day-of.ts'
import type { Tables } from './tables.ts'

const ZONE = 'Europe/Berlin'

/** Folds an account's log into its first snapshot, as project-log does when one is due. */
export async function takeSnapshot({ documents, names }: Tables, account: string): Promise<void> {
  const snapshots = new Table(documents, names.snapshots)
  const pages = await readPagesAfter({ documents, name: names.log }, account, 0)
  const head = pages.at(-1)!
  await writeSnapshots(snapshots, account, pages, dayOfZone(ZONE))
  await moveCursor(snapshots, account, undefined, { seq: head.header.seq, hash: head.hash, timeZone: ZONE })
}
