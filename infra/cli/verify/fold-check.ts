import type { Page } from '../../../shared/ledger/page/page.ts'
import type { Finding } from '../../../shared/ledger/verify/verify-finding.ts'
import { totalsPart } from '../../../shared/spend/io/snapshots-table.ts'
import { dayOfZone } from '../../../shared/time/day-of.ts'
import { findingsAt, type Stop } from './compare-parts.ts'
import { foldedLimits } from './folded-limits.ts'
import { foldedMonths } from './folded-months.ts'
import { generationOf, readName } from './part-names.ts'
import type { StoredSnapshots } from './stored-snapshots.ts'

/** Folds a log afresh, and holds the stored snapshots against it at the pages that they say they stand at. */
export interface FoldCheck {
  readonly add: (page: Page) => readonly Finding[]
}

const ENTRIES_A_FOLD = 2000

/** @throws RangeError for a time zone that does not exist */
export function foldCheck(snapshots: StoredSnapshots, timeZone: string): FoldCheck {
  const months = foldedMonths(dayOfZone(timeZone))
  const limits = foldedLimits(dayOfZone(timeZone))
  const stops = stopsOf(snapshots)
  let pending: Page[] = []
  let entries = 0

  const add = (page: Page): readonly Finding[] => {
    const stop = stops.get(page.header.seq)
    // What nothing will be held against need not be folded.
    if (page.header.seq > stops.last) return []
    limits.add(page)
    pending.push(page)
    entries += page.entries.length
    if (stop === undefined && entries < ENTRIES_A_FOLD) return []
    months.add(pending)
    pending = []
    entries = 0
    return stop === undefined ? [] : findingsAt(stop, months, limits, snapshots)
  }
  return { add }
}

interface Stops {
  readonly get: (seq: number) => Stop | undefined
  readonly last: number
}

/**
 * Each part is compared at its own page; those that readers use also at the cursor's, since a part below the cursor says
 * that no page in between touched it.
 */
function stopsOf({ cursor, parts }: StoredSnapshots): Stops {
  const stops = new Map<number, Stop>()
  const stopAt = (seq: number): Stop => {
    const stop = stops.get(seq) ?? { seq, parts: new Set(), isCursor: false }
    stops.set(seq, stop)
    return stop
  }
  const generations = new Map<string, number | undefined>()
  for (const [part, { seq }] of parts) {
    stopAt(seq).parts.add(part)
    const name = readName(part)
    if (cursor === undefined || seq >= cursor.seq || name === undefined) continue
    if (name.kind === 'limits' || name.kind === 'user-tiers') {
      stopAt(cursor.seq).parts.add(part)
      continue
    }
    if (!generations.has(name.month)) generations.set(name.month, generationOf(parts.get(totalsPart(name.month))))
    // Chunks of another generation than the totals name are left over, or not begun to be read.
    const isRead = name.kind !== 'users' || name.generation === generations.get(name.month)
    if (isRead) stopAt(cursor.seq).parts.add(part)
  }
  if (cursor !== undefined) stopAt(cursor.seq).isCursor = true
  return { get: (seq) => stops.get(seq), last: Math.max(0, ...stops.keys()) }
}
