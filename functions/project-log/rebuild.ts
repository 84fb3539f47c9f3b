import { BrokenChain } from '../../shared/ledger/errors.ts'
import { readPages } from '../../shared/ledger/io/log-table.ts'
import { checkSuccession, type Page } from '../../shared/ledger/page/page.ts'
import {
  dropSnapshots,
  LIMITS_PART,
  moveCursor,
  type Part,
  readCursor,
  readParts,
  type SnapshotsTable,
  USER_TIERS,
} from '../../shared/spend/io/snapshots-table.ts'
import { dayOfZone } from '../../shared/time/day-of.ts'
import { writeSnapshots } from './follow-log.ts'
import type { Ports } from './project-log.ts'

/** The result of dropping an account's snapshots and folding its log again. */
interface Rebuilt {
  /** The last folded page, the same as before. */
  readonly seq: number
  readonly parts: number
  /** Names of the parts that changed, vanished or appeared. */
  readonly differing: readonly string[]
}

/** Another process follows the log at the same time: start over. */
export type Rebuild = Rebuilt | 'nothing-folded' | 'overtaken'

const PAGES_AT_ONCE = 50

/**
 * Drops an account's snapshots and its cursor, and folds the log again up to where the cursor stood; publishes nothing.
 *
 * Killed in the middle it leaves an account that was followed to nowhere: project-log folds it from page 1 on, and its
 * notices go out again under the same ids.
 *
 * @throws BrokenChain before anything is dropped, where the log does not hold together up to the cursor
 */
export async function rebuildSnapshots(
  { log, snapshots }: Pick<Ports, 'log' | 'snapshots'>,
  account: string,
): Promise<Rebuild> {
  const cursor = await readCursor(snapshots, account)
  if (cursor === undefined) return 'nothing-folded'
  for await (const _ of pagesUpTo({ log }, account, cursor)) {
    // Read for its checks alone.
  }

  const before = await partsOf(snapshots, account)
  await dropSnapshots(snapshots, account)
  for await (const pages of pagesUpTo({ log }, account, cursor)) {
    if ((await writeSnapshots(snapshots, account, pages, dayOfZone(cursor.timeZone))) === 'overtaken')
      return 'overtaken'
  }
  if ((await moveCursor(snapshots, account, undefined, cursor)) === 'overtaken') return 'overtaken'

  const after = await partsOf(snapshots, account)
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return {
    seq: cursor.seq,
    parts: after.size,
    differing: names.filter((name) => before.get(name)?.text !== after.get(name)?.text),
  }
}

async function* pagesUpTo(
  { log }: Pick<Ports, 'log'>,
  account: string,
  cursor: { readonly seq: number; readonly hash: string },
): AsyncGenerator<readonly Page[]> {
  let before: Page | undefined
  while ((before?.header.seq ?? 0) < cursor.seq) {
    const from = (before?.header.seq ?? 0) + 1
    const pages = await readPages(log, account, { from, to: cursor.seq, limit: PAGES_AT_ONCE })
    if (pages.length === 0) throw new BrokenChain(account, from, 'was folded, and is gone')
    for (const page of pages) {
      checkSuccession(before, page)
      before = page
    }
    yield pages
  }
  if (before !== undefined && before.hash !== cursor.hash)
    throw new BrokenChain(account, cursor.seq, 'is not the page that was folded')
}

async function partsOf(snapshots: SnapshotsTable, account: string): Promise<ReadonlyMap<string, Part>> {
  const parts = new Map<string, Part>()
  for (const kind of ['totals#', 'users#', 'pool#', LIMITS_PART, USER_TIERS])
    for (const [name, part] of await readParts(snapshots, account, kind)) parts.set(name, part)
  return parts
}
