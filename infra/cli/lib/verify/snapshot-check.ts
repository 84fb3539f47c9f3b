import { readTimeZone } from '../../../../shared/ledger/io/accounts-table.ts'
import { readPage } from '../../../../shared/ledger/io/log-table.ts'
import type { Page } from '../../../../shared/ledger/page/page.ts'
import type { Finding } from '../../../../shared/ledger/verify/verify-finding.ts'
import { noCredits, plus } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import { totalsPart } from '../../../../shared/spend/io/snapshots-table.ts'
import { readTotals } from '../../../../shared/spend/month-totals.ts'
import { dayOfZone } from '../../../../shared/time/day-of.ts'
import type { StoredTables } from '../stored-tables.ts'
import { findingsAt, type Stop } from './compare-parts.ts'
import { foldedLimits, foldedMonths } from './folded-log.ts'
import { generationOf, readName, readSnapshots, type StoredSnapshots } from './stored-snapshots.ts'

/** What was folded of a log before this began: held against the log while it is read. */
export interface Folds {
  /** The page of the cursor; 0: nothing was followed yet. */
  readonly followedUpTo: number
  /** What does not fit the log's length. By page. */
  readonly findingsOfHead: (head: number) => readonly (readonly [page: number, finding: Finding])[]
  readonly add: (page: Page) => readonly Finding[]
  /** A page is missing: what is folded from there on can't be made again. */
  readonly pass: () => void
}

export async function openFolds(tables: StoredTables, account: string): Promise<Folds> {
  const snapshots = await readSnapshots(tables.snapshots, account)
  const timeZone = snapshots.cursor?.timeZone ?? (await readTimeZone(tables.accounts, account))
  const { cursor, parts } = snapshots
  let check = timeZone === undefined ? undefined : foldCheckOf(snapshots, timeZone)

  const findingsOfHead: Folds['findingsOfHead'] = (head) => {
    const expected = `one of the pages 1 to ${head}`
    const isThere = (seq: number): boolean => Number.isInteger(seq) && seq >= 1 && seq <= head
    const named = [...parts].filter(([part]) => readName(part) === undefined)
    const strange = named.map(([part, { seq }]) => [seq, { expected: 'a name of a part', found: part }] as const)
    const outside = [...parts].filter(([, { seq }]) => !isThere(seq))
    const ahead = outside.map(([part, { seq }]) => [seq, { expected, found: `${part} up to page ${seq}` }] as const)
    return [
      ...(cursor !== undefined && !isThere(cursor.seq)
        ? [[cursor.seq, { check: 'cursor', expected, found: `page ${cursor.seq}` }] as const]
        : []),
      ...(cursor !== undefined && typeof check === 'string'
        ? [[cursor.seq, { check: 'cursor', expected: 'a time zone', found: check }] as const]
        : []),
      ...[...strange, ...ahead].map(([seq, finding]) => [seq, { check: 'snapshot', ...finding }] as const),
    ]
  }

  const add = (page: Page): readonly Finding[] => {
    const isOther = cursor?.seq === page.header.seq && cursor.hash !== page.hash
    return [
      ...(isOther ? [{ check: 'cursor' as const, expected: `hash ${page.hash}`, found: `hash ${cursor.hash}` }] : []),
      ...(typeof check === 'object' ? check.add(page) : []),
    ]
  }

  const pass = (): void => {
    check = undefined
  }
  return { followedUpTo: cursor?.seq ?? 0, findingsOfHead, add, pass }
}

/** A name instead: there is no such time zone. */
function foldCheckOf(snapshots: StoredSnapshots, timeZone: string): FoldCheck | string {
  try {
    return foldCheck(snapshots, timeZone)
  } catch (error) {
    if (error instanceof RangeError) return timeZone
    throw error
  }
}

/** Folds a log afresh, and holds the stored snapshots against it at the pages that they say they stand at. */
interface FoldCheck {
  readonly add: (page: Page) => readonly Finding[]
}

const ENTRIES_A_FOLD = 2000

/** @throws RangeError for a time zone that does not exist */
function foldCheck(snapshots: StoredSnapshots, timeZone: string): FoldCheck {
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

/**
 * Where snapshots are not folded again: all months together have to come to what the page of the cursor says, to the
 * last digit. How it is spread over users and days is not looked at.
 */
export async function findingsOfSums(
  tables: Pick<StoredTables, 'snapshots' | 'log'>,
  account: string,
): Promise<readonly Finding[]> {
  try {
    return await compareSums(tables, account)
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [{ check: 'snapshot', expected: 'months and a page that can be read', found }]
  }
}

async function compareSums(
  { snapshots, log }: Pick<StoredTables, 'snapshots' | 'log'>,
  account: string,
): Promise<readonly Finding[]> {
  const { cursor, parts } = await readSnapshots(snapshots, account)
  if (cursor === undefined) return []
  const page = await readPage(log, account, cursor.seq)
  if (page?.hash !== cursor.hash) {
    const found = page === undefined ? 'no such page' : `hash ${page.hash}`
    return [{ check: 'cursor', expected: `page ${cursor.seq} with hash ${cursor.hash}`, found }]
  }
  const totals = [...parts].filter(([part]) => readName(part)?.kind === 'totals')
  // A snapshot is being written at this moment: some months are ahead of the cursor.
  if (totals.some(([, { seq }]) => seq > cursor.seq)) return []
  const months = totals.map(([, part]) => readTotals(part.text()))
  const { totalCredited, totalCharged } = page.header
  const [credited, charged] = [
    months.reduce((sum, month) => plus(sum, month.credited), noCredits),
    months.reduce((sum, month) => plus(sum, month.charged), noCredits),
  ]
  return [
    ...(credited.eq(totalCredited) ? [] : [sumFinding('credited', plain(totalCredited), plain(credited))]),
    ...(charged.eq(totalCharged) ? [] : [sumFinding('charged', plain(totalCharged), plain(charged))]),
  ]
}

const sumFinding = (what: string, expected: string, found: string): Finding => ({
  check: 'snapshot',
  expected: `${what} ${expected} credits in all months together`,
  found,
})
