import { setTimeout as wait } from 'node:timers/promises'
import { effectOf } from '../../../../shared/ledger/entries/entries.ts'
import { readAccount } from '../../../../shared/ledger/io/accounts-table.ts'
import { readHeadPlace, type StoredPage, storedPages } from '../../../../shared/ledger/io/stored-pages.ts'
import { ArchiveCheck, IndexCheck } from '../../../../shared/ledger/io/verify/archive-check.ts'
import type { Page, PageHeader } from '../../../../shared/ledger/page/page.ts'
import { ChainCheck, findingsInPage, findingsOfHash } from '../../../../shared/ledger/verify/chain-check.ts'
import type { Finding, Violation } from '../../../../shared/ledger/verify/finding.ts'
import { FoldedLimits } from '../../../../shared/limits/io/folded-limits.ts'
import { type Credits, noCredits, plus } from '../../../../shared/money/amounts.ts'
import type { Catalogue } from '../../../../shared/pricing/cards/catalogue.ts'
import { ReratingCheck } from '../../../../shared/pricing/io/rerating-check.ts'
import { findingsOfSums, SnapshotCheck } from '../../../../shared/spend/io/verify/snapshot-check.ts'
import type { Instant } from '../../../../shared/time/instant.ts'
import type { StoredTables } from '../stored-tables.ts'
import {
  type Anchored,
  addEarlier,
  beginAt,
  findingsOfAnchor,
  findingsOfEnd,
  findingsOfReplaced,
  isReplacedBy,
} from './anchors.ts'
import type { Identities } from './identities.ts'
import { verifyEntries } from './verify-entries.ts'

/** What was read of one account. Sums are over the entries, not taken from any page's header. */
export interface AccountSums {
  readonly pages: number
  readonly entries: number
  readonly credited: Credits
  readonly charged: Credits
}

export interface Verifying {
  readonly tables: StoredTables
  /** Of all accounts that are verified together. */
  readonly identities: Identities
  /** All published cards. */
  readonly rateCards: () => Promise<Catalogue>
  readonly tell: (violation: Violation) => Promise<void>
}

/** Opening an account writes its record, then page 1: what is between the two gets this long. */
const OPENING_MS = 2000
const POLL_MS = 200

/**
 * Verifies one account as of the moment this begins: writers may go on.
 *
 * SnapshotCheck are read first and the head after them, so that none can honestly be ahead of what is read of the log.
 */
export async function verifyAccount(
  verifying: Verifying,
  account: string,
  given: Anchored | undefined,
): Promise<AccountSums> {
  const { tables, identities, rateCards } = verifying
  const tell = async (page: number | undefined, findings: readonly Finding[]): Promise<void> => {
    for (const finding of findings) await verifying.tell({ account, page, ...finding })
  }
  const isReplaced = given !== undefined && isReplacedBy(await readHeadPlace(tables.log, account), given.anchor)
  if (isReplaced) await tell(given.anchor.seq, await findingsOfReplaced(tables.archive, given))
  const anchored = isReplaced ? undefined : given
  const begin = anchored?.isBegin ? await beginAt(tables.log, anchored.anchor) : undefined
  const folds = await SnapshotCheck.open(tables, account, (dayOf) => new FoldedLimits(dayOf))
  const head = await headOf(tables, account)
  await tell(undefined, await findingsOfAccount(tables, account, head?.seq))
  await tell(anchored?.anchor.seq, findingsOfEnd(anchored, head?.seq ?? 0))
  for (const [page, finding] of folds.findingsOfHead(head?.seq ?? 0)) await tell(page, [finding])
  // Folded again from page 1 alone; from a checkpoint on their sums have to do.
  if (begin !== undefined) folds.pass()
  const { cards, withdrawn } = await rateCards()

  const chain = new ChainCheck(begin)
  const from = begin && begin.page.header.seq + 1
  const archive = new ArchiveCheck(tables, account, { followedUpTo: folds.followedUpTo, from })
  const indexes = begin === undefined ? new IndexCheck(tables.archive) : undefined
  const reratings = new ReratingCheck(tables.log, account, [...cards, ...withdrawn.map(({ card }) => card)])
  let lowestMarker = Number.MAX_SAFE_INTEGER
  const lateBuckets = new Set<Instant>()
  let sums: AccountSums = { pages: 0, entries: 0, ...(begin === undefined ? NO_TOTALS : totalsOf(begin.page)) }
  for await (const stored of head === undefined ? [] : storedPages(tables.log, account, head.seq, from)) {
    const entries = await verifyEntries({ tables, cards }, pagesIn(stored))
    lowestMarker = Math.min(lowestMarker, entries.lowestMarker)
    for (const bucket of entries.lateBuckets) lateBuckets.add(bucket)
    for (const one of stored) {
      if (one.kind === 'unreadable') {
        await tell(one.seq, [...chain.pass(one.seq), ...findingsOfUnreadable(one)])
        folds.pass()
        sums = { ...sums, pages: sums.pages + 1 }
        continue
      }
      const { page, seq } = one
      const linked = chain.add(page)
      await tell(seq, [...linked, ...findingsInPage(page), ...(entries.findings.get(seq) ?? [])])
      await tell(seq, [
        ...folded(folds, page, linked),
        ...(await archive.add(page)),
        ...findingsOfAnchor(anchored, page),
        ...((await indexes?.add(page)) ?? []),
      ])
      identities.add(page)
      reratings.add(page)
      sums = addPage(sums, page)
    }
  }
  await tell(head?.seq, await archive.end(head))
  for (const [page, finding] of await reratings.end(head?.seq ?? 0)) await tell(page, [finding])
  if (begin !== undefined) {
    await tell(folds.followedUpTo, await findingsOfSums(tables, account))
    await addEarlier(tables.log, identities, begin.page, { lowestMarker, lateBuckets }).catch(
      async ({ message }: Error) => {
        await tell(undefined, [{ check: 'page', expected: 'the pages before the checkpoint', found: message }])
      },
    )
  }
  return sums
}

const NO_TOTALS = { credited: noCredits, charged: noCredits }

const totalsOf = ({ header }: Page) => ({ credited: header.totalCredited, charged: header.totalCharged })

const pagesIn = (stored: readonly StoredPage[]): readonly Page[] =>
  stored.flatMap((one) => (one.kind === 'page' ? [one.page] : []))

const findingsOfUnreadable = ({ why, sealed }: Extract<StoredPage, { kind: 'unreadable' }>): readonly Finding[] => [
  { check: 'page', expected: 'a page that can be read', found: why },
  ...(sealed === undefined ? [] : findingsOfHash(sealed)),
]

function folded(folds: SnapshotCheck, page: Page, linked: readonly Finding[]): readonly Finding[] {
  if (linked.some(({ check }) => check === 'number')) folds.pass()
  return folds.add(page)
}

function addPage({ pages, entries, credited, charged }: AccountSums, page: Page): AccountSums {
  for (const entry of page.entries) {
    const effect = effectOf(entry)
    if (effect.credited !== undefined) credited = plus(credited, effect.credited)
    if (effect.charged !== undefined) charged = plus(charged, effect.charged)
  }
  return { pages: pages + 1, entries: entries + page.entries.length, credited, charged }
}

async function headOf({ log }: StoredTables, account: string): Promise<Pick<PageHeader, 'seq' | 'cuts'> | undefined> {
  for (let waited = 0; ; waited += POLL_MS) {
    const head = await readHeadPlace(log, account)
    if (head !== undefined || waited >= OPENING_MS) return head
    await wait(POLL_MS)
  }
}

async function findingsOfAccount(
  { accounts }: StoredTables,
  account: string,
  head: number | undefined,
): Promise<readonly Finding[]> {
  const hasRecord = (await readAccount(accounts, account)) !== undefined
  return [
    ...(hasRecord ? [] : [{ check: 'account' as const, expected: 'a record of the account', found: 'none' }]),
    ...(head === undefined ? [{ check: 'account' as const, expected: 'a log of the account', found: 'none' }] : []),
  ]
}
