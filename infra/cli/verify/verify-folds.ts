import { readTimeZone } from '../../../shared/ledger/io/account-index.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import type { Finding } from '../../../shared/ledger/verify/verify-finding.ts'
import type { StoredTables } from '../lib/stored-tables.ts'
import { type FoldCheck, foldCheck } from './fold-check.ts'
import { readName } from './part-names.ts'
import { readSnapshots, type StoredSnapshots } from './stored-snapshots.ts'

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
