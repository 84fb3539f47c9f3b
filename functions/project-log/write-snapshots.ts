import type { Page } from '../../shared/ledger/page/page.ts'
import { writeLimits } from '../../shared/limits/io/write-limits.ts'
import type { SnapshotsTable, Write } from '../../shared/spend/io/snapshots-table.ts'
import { writeMonths } from '../../shared/spend/io/write-months.ts'
import type { DayOf } from '../../shared/time/day.ts'

/** Takes the pages after the cursor into an account's snapshots: of months, then of limits. */
export async function writeSnapshots(
  snapshots: SnapshotsTable,
  account: string,
  tail: readonly Page[],
  dayOf: DayOf,
): Promise<Write> {
  const write = await writeMonths(snapshots, account, tail, dayOf)
  return write === 'overtaken' ? write : await writeLimits({ snapshots, account, tail, dayOf })
}
