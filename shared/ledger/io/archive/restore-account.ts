import type { Instant } from '../../../time/instant.ts'
import type { Entry } from '../../entries/entries.ts'
import type { RestoreEntry } from '../../entries/restore.ts'
import { checkSuccession, epochOf, type Page, type PageHeader } from '../../page/page.ts'
import { type Outcome, proposalOf } from '../commit/proposal.ts'
import { appendPage, type LogTable, readHead, readPage } from '../log-table.ts'
import type { LogWriter } from '../log-writer.ts'
import { type Archive, latestEpoch, listBlocks, readBlock } from './page-archive.ts'

/** The result of restoring one account. */
export type Restored =
  | { readonly kind: 'no-log' }
  | {
      readonly kind: 'restored'
      /** The last page that the backup holds. */
      readonly cut: number
      readonly epoch: number
      readonly appended: number
      /** Entries that stood in the log already. */
      readonly standing: number
      /** Entries whose identity another entry of the log has. */
      readonly differing: number
      /** Pages between archived ones that the archive lacks. */
      readonly missing: number
    }

export interface RestoreFrom {
  readonly log: LogTable
  readonly archive: Archive
  /** Drops the snapshots of an account: they may hold lost pages. */
  readonly dropFolds: (account: string) => Promise<void>
}

export interface RestoreBy {
  /** The key of this run: a repeat changes nothing. */
  readonly key: string
  readonly reason: string
  readonly actor: string
  readonly at: Instant
  /** The latest epoch that a marker or checkpoint of the account names. */
  readonly latestEpoch: number
}

const IN_TIME = () => Number.POSITIVE_INFINITY

/**
 * Restores one log: opens a new epoch, then appends the entries of archived pages that the log lacks.
 *
 * After an interruption, run it again: that is a restore of its own. Entries are appended by their identities, so none is appended
 * twice, from any epoch of the archive. The recovery point is the last archived page: events of later pages are
 * charged when they are published again. A log that is lost whole begins with its archived first page. Snapshots
 * are dropped, since they may hold lost pages; project-log folds them again.
 *
 * @throws Error when an entry can't be written, BrokenChain when archived pages do not chain; run again, it goes on
 */
export async function restoreAccount(
  { log, archive, dropFolds }: RestoreFrom,
  writer: LogWriter,
  account: string,
  { latestEpoch: named, ...by }: RestoreBy,
): Promise<Restored> {
  const head = (await readHead(log, account)) ?? (await firstPageAgain(log, archive, account))
  if (head === undefined) return { kind: 'no-log' }
  const archived = await latestEpoch(archive, account)
  const epoch = Math.max(named, epochOf(head.header), archived) + 1
  await dropFolds(account)
  await openEpoch(writer, account, { ...by, epoch }, IN_TIME)

  let [appended, standing, differing, missing] = [0, 0, 0, 0]
  for (let of = 0; of <= archived; of += 1) {
    const stands = standingOf(head.header, of)
    const before = stands === 0 ? undefined : await readPage(log, account, stands)
    for await (const { page, gap } of archivedAfter(archive, account, of, before)) {
      const done = await reappend(writer, account, page.entries, IN_TIME)
      appended += done.appended
      standing += done.standing
      differing += done.differing
      missing += gap
    }
  }
  return { kind: 'restored', cut: head.header.seq, epoch, appended, standing, differing, missing }
}

/** The last page of an epoch in the log; none for an epoch that the backup does not know. */
const standingOf = (head: PageHeader, epoch: number): number =>
  epoch > epochOf(head) ? 0 : Math.min(head.seq, ...head.cuts.slice(epoch))

/** The archived pages of an epoch after an existing page, in order, each once; `gap`: the number of missing pages before it. */
async function* archivedAfter(
  archive: Archive,
  account: string,
  epoch: number,
  stands: Page | undefined,
): AsyncGenerator<{ readonly page: Page; readonly gap: number }> {
  let before = stands
  for await (const block of listBlocks(archive, account, epoch)) {
    if (block.last <= (before?.header.seq ?? 0)) continue
    for (const page of await readBlock(archive, block)) {
      const last = before?.header.seq
      if (last !== undefined && page.header.seq <= last) continue
      const gap = last === undefined ? 0 : page.header.seq - last - 1
      if (before !== undefined && gap === 0) checkSuccession(before, page)
      yield { page, gap }
      before = page
    }
  }
}

/** The opening of a log that is lost whole: its archived first page. */
async function firstPageAgain(log: LogTable, archive: Archive, account: string): Promise<Page | undefined> {
  for await (const block of listBlocks(archive, account, 0)) {
    const [page] = await readBlock(archive, block)
    if (page?.header.seq !== 1) return undefined
    await appendPage(log, page)
    return page
  }
  return undefined
}

/** The outcomes of missing entries. */
export interface Reappended {
  readonly appended: number
  /** The log had it already. */
  readonly standing: number
  /** Another entry of the log has its identity. */
  readonly differing: number
}

/**
 * Opens the epoch of a log that was restored from a backup, before any other write to it: markers of earlier epochs
 * count only up to the cut (account-log, "Change and restore").
 *
 * Done twice with the same key it changes nothing.
 *
 * @param restore its epoch is greater than any that a marker or an archived page of this account names
 * @throws Error when it could not be written, and what the store throws
 */
export async function openEpoch(
  writer: LogWriter,
  account: string,
  restore: Omit<RestoreEntry, 'kind' | 'holdsTopUps'>,
  remainingMs: () => number,
): Promise<void> {
  const [outcome] = await writer.commit(
    account,
    [proposalOf(account, { kind: 'restore', ...restore, holdsTopUps: true })],
    remainingMs,
  )
  if (outcome?.kind === 'committed' || outcome?.kind === 'replayed') return
  throw unwritten(account, outcome)
}

/**
 * Appends entries of lost pages, each once, by its identity. An entry that was delivered again meanwhile stays as it is.
 *
 * @param entries as the archive holds them; the opening and restores are left out: they made those pages, not these
 * @throws Error when one could not be written; again, it goes on with those that are missing
 */
export async function reappend(
  writer: LogWriter,
  account: string,
  entries: readonly Entry[],
  remainingMs: () => number,
): Promise<Reappended> {
  const missing = entries.filter(({ kind }) => kind !== 'open' && kind !== 'restore')
  const proposals = missing.map((entry) => proposalOf(account, entry))
  const outcomes = await writer.commit(account, proposals, remainingMs)
  const failed = outcomes.find(({ kind }) => kind !== 'committed' && kind !== 'replayed' && kind !== 'conflict')
  if (failed !== undefined) throw unwritten(account, failed)
  const count = (kind: Outcome<never>['kind']): number => outcomes.filter((one) => one.kind === kind).length
  return { appended: count('committed'), standing: count('replayed'), differing: count('conflict') }
}

function unwritten(account: string, outcome: Outcome<never> | undefined): unknown {
  if (outcome?.kind === 'not-committed') return outcome.cause
  return new Error(`an entry of ${account} was not written: ${outcome?.kind}`)
}
