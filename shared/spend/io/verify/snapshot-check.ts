import { type AccountsTable, readTimeZone } from '../../../ledger/io/accounts-table.ts'
import { type LogTable, readPage } from '../../../ledger/io/log-table.ts'
import type { Page } from '../../../ledger/page/page.ts'
import type { Finding } from '../../../ledger/verify/finding.ts'
import { noCredits, plus } from '../../../money/amounts.ts'
import { plain } from '../../../money/exact.ts'
import type { DayOf } from '../../../time/day.ts'
import { dayOfZone } from '../../../time/day-of.ts'
import { readTotals } from '../../month-totals.ts'
import { type SnapshotsTable, totalsPart } from '../snapshots-table.ts'
import { compareParts, type OtherParts, type Stop } from './compare-parts.ts'
import { FoldedMonths } from './folded-months.ts'
import { generationOf, readName, readSnapshots, type StoredSnapshots } from './stored-snapshots.ts'

interface Tables {
  readonly snapshots: SnapshotsTable
  readonly log: LogTable
  readonly accounts: AccountsTable
}

type MakeOthers = (dayOf: DayOf) => OtherParts

/** The stored snapshots of a log, read before the log is: held against it while it is read. */
export class SnapshotCheck {
  readonly #snapshots: StoredSnapshots
  #check: FoldCheck | 'no-such-time-zone' | undefined

  private constructor(snapshots: StoredSnapshots, check: FoldCheck | 'no-such-time-zone' | undefined) {
    this.#snapshots = snapshots
    this.#check = check
  }

  /** @param others what other rooms fold into the snapshots of an account */
  static async open({ snapshots, accounts }: Tables, account: string, others: MakeOthers): Promise<SnapshotCheck> {
    const stored = await readSnapshots(snapshots, account)
    const timeZone = stored.cursor?.timeZone ?? (await readTimeZone(accounts, account))
    return new SnapshotCheck(stored, timeZone === undefined ? undefined : foldCheckOf(stored, timeZone, others))
  }

  /** The page of the cursor; 0: nothing was followed yet. */
  get followedUpTo(): number {
    return this.#snapshots.cursor?.seq ?? 0
  }

  /** What does not fit the log's length. By page. */
  findingsOfHead(head: number): readonly (readonly [page: number, finding: Finding])[] {
    const { cursor, parts } = this.#snapshots
    const expected = `one of the pages 1 to ${head}`
    const isThere = (seq: number): boolean => Number.isInteger(seq) && seq >= 1 && seq <= head
    const findings: [number, Finding][] = []
    if (cursor !== undefined && !isThere(cursor.seq))
      findings.push([cursor.seq, { check: 'cursor', expected, found: `page ${cursor.seq}` }])
    if (cursor !== undefined && this.#check === 'no-such-time-zone')
      findings.push([cursor.seq, { check: 'cursor', expected: 'a time zone', found: cursor.timeZone }])
    for (const [part, { seq }] of parts)
      if (readName(part) === undefined)
        findings.push([seq, { check: 'snapshot', expected: 'a name of a part', found: part }])
    for (const [part, { seq }] of parts)
      if (!isThere(seq)) findings.push([seq, { check: 'snapshot', expected, found: `${part} up to page ${seq}` }])
    return findings
  }

  add(page: Page): readonly Finding[] {
    const { cursor } = this.#snapshots
    const isOther = cursor?.seq === page.header.seq && cursor.hash !== page.hash
    return [
      ...(isOther ? [{ check: 'cursor' as const, expected: `hash ${page.hash}`, found: `hash ${cursor.hash}` }] : []),
      ...(this.#check instanceof FoldCheck ? this.#check.add(page) : []),
    ]
  }

  /** A page is missing: what is folded from there on can't be made again. */
  pass(): void {
    this.#check = undefined
  }
}

function foldCheckOf(
  snapshots: StoredSnapshots,
  timeZone: string,
  others: MakeOthers,
): FoldCheck | 'no-such-time-zone' {
  try {
    return new FoldCheck(snapshots, dayOfZone(timeZone), others)
  } catch (error) {
    if (error instanceof RangeError) return 'no-such-time-zone'
    throw error
  }
}

const ENTRIES_A_FOLD = 2000

/** SnapshotCheck a log afresh, and holds the stored snapshots against it at the pages that they say they stand at. */
class FoldCheck {
  readonly #snapshots: StoredSnapshots
  readonly #months: FoldedMonths
  readonly #others: OtherParts
  readonly #stops: ReadonlyMap<number, Stop>
  readonly #last: number
  #pending: Page[] = []
  #entries = 0

  constructor(snapshots: StoredSnapshots, dayOf: DayOf, others: MakeOthers) {
    this.#snapshots = snapshots
    this.#months = new FoldedMonths(dayOf)
    this.#others = others(dayOf)
    this.#stops = stopsOf(snapshots)
    this.#last = Math.max(0, ...this.#stops.keys())
  }

  add(page: Page): readonly Finding[] {
    const stop = this.#stops.get(page.header.seq)
    // Pages after the last stop need not be folded.
    if (page.header.seq > this.#last) return []
    this.#others.add(page)
    this.#pending.push(page)
    this.#entries += page.entries.length
    if (stop === undefined && this.#entries < ENTRIES_A_FOLD) return []
    this.#months.add(this.#pending)
    this.#pending = []
    this.#entries = 0
    return stop === undefined ? [] : compareParts(stop, this.#months, this.#others, this.#snapshots)
  }
}

/**
 * Each part is compared at its own page; those that readers use also at the cursor's, since a part below the cursor says
 * that no page in between touched it.
 */
function stopsOf({ cursor, parts }: StoredSnapshots): ReadonlyMap<number, Stop> {
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
  return stops
}

/**
 * Where snapshots are not folded again: all months together have to come to what the page of the cursor says, to the
 * last digit. How it is spread over users and days is not looked at.
 */
export async function findingsOfSums(tables: Omit<Tables, 'accounts'>, account: string): Promise<readonly Finding[]> {
  try {
    return await compareSums(tables, account)
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [{ check: 'snapshot', expected: 'months and a page that can be read', found }]
  }
}

async function compareSums({ snapshots, log }: Omit<Tables, 'accounts'>, account: string): Promise<readonly Finding[]> {
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
