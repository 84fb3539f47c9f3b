import type { Page } from '../../shared/ledger/page/page.ts'
import { writeLimits } from '../../shared/limits/io/write-limits.ts'
import { foldPages, type MonthChange } from '../../shared/spend/fold-pages.ts'
import type { SnapshotsTable, Write } from '../../shared/spend/io/snapshots-table.ts'
import { writeMonth } from '../../shared/spend/io/write-months.ts'
import type { DayOf } from '../../shared/time/day.ts'

/**
 * Takes pages into the snapshots of the months they touch, month by month, and of limits where they touch these.
 *
 * Each part goes on from the page it stands at itself: a run that died between two parts is finished by the next.
 *
 * @param tail the pages after the cursor, in order
 */
export async function writeSnapshots(
  snapshots: SnapshotsTable,
  account: string,
  tail: readonly Page[],
  dayOf: DayOf,
): Promise<Write> {
  const last = tail.at(-1)
  if (last === undefined) return 'written'
  const folds = new Map<number, ReadonlyMap<string, MonthChange>>()
  const foldSince = (seq: number) => {
    const pages = tail.filter((page) => page.header.seq > seq)
    const known = folds.get(pages.length) ?? foldPages(pages, dayOf)
    folds.set(pages.length, known)
    return known
  }
  for (const month of [...foldSince(0).keys()].sort()) {
    const write = await writeMonth({
      snapshots,
      account,
      month,
      to: last.header.seq,
      changeSince: (seq) => foldSince(seq).get(month),
    })
    if (write === 'overtaken') return write
  }
  return writeLimits({ snapshots, account, tail, dayOf })
}
