import type { Entry, RestoreEntry } from '../account-log/entry.ts'
import { epochOf } from '../account-log/epoch.ts'
import type { Page } from '../account-log/page.ts'
import { sha256Hex } from '../digest/sha256.ts'
import type { Instant } from '../time/instant.ts'
import { appendPage, type LogTable, readHead, readPage } from './log-table.ts'
import type { LogWriter } from './log-writer.ts'
import { type Archive, latestEpoch, listBlocks, readBlock } from './page-archive.ts'
import { openEpoch, reappend } from './restore-log.ts'
import { dropSnapshots, type SnapshotsTable } from './snapshots-table.ts'

/** What restoring one account came to. */
export type Restored =
  | { readonly kind: 'no-log' }
  | {
      readonly kind: 'restored'
      /** The last page that the backup holds. */
      readonly cut: number
      readonly epoch: number
      readonly appended: number
      readonly standing: number
    }

export interface RestoreFrom {
  readonly log: LogTable
  readonly snapshots: SnapshotsTable
  readonly archive: Archive
}

export interface RestoreBy {
  readonly reason: string
  readonly actor: string
  readonly at: Instant
  /** That any marker or checkpoint of the account names. */
  readonly latestEpoch: number
}

const IN_TIME = () => Number.POSITIVE_INFINITY

/**
 * Restores one log: opens an epoch, then appends what archived pages after the cut hold.
 *
 * What was archived last is the recovery point: events of pages that never came there are charged when they are
 * published again. A log of which nothing came back begins with its archived first page. Snapshots are dropped: they
 * may hold pages that are gone; project-log folds them again.
 *
 * @throws Error when an entry can't be written; run again, with the same reason, it goes on
 */
export async function restoreAccount(
  { log, snapshots, archive }: RestoreFrom,
  writer: LogWriter,
  account: string,
  by: RestoreBy,
): Promise<Restored> {
  const head = (await readHead(log, account)) ?? (await firstPageAgain(log, archive, account))
  if (head === undefined) return { kind: 'no-log' }
  // The same reason is the same restore: what was interrupted goes on in its epoch.
  const key = `restore-${sha256Hex(by.reason).slice(0, 32)}`
  const begun = await findRestore(log, account, head, key)
  const cut = begun === undefined ? head.header.seq : begun.cut
  const before = begun === undefined ? head.header : (await readPage(log, account, cut))?.header
  if (before === undefined) throw new Error(`page ${cut} of account ${account} can't be read`)

  const ofArchive = await latestEpoch(archive, account)
  const epoch = begun?.epoch ?? Math.max(by.latestEpoch, epochOf(head.header), ofArchive) + 1
  if (begun === undefined) await dropSnapshots(snapshots, account)
  if (begun === undefined) await openEpoch(writer, account, { ...by, key, epoch }, IN_TIME)

  let [appended, standing] = [0, 0]
  for (let of = epochOf(before); of <= Math.min(ofArchive, epoch - 1); of += 1) {
    // Of a later epoch every page is one that the backup lacks.
    for await (const page of archivedAfter(archive, account, of, of === epochOf(before) ? cut : 0)) {
      const done = await reappend(writer, account, page.entries, IN_TIME)
      appended += done.appended
      standing += done.standing
    }
  }
  return { kind: 'restored', cut, epoch, appended, standing }
}

/** Where a restore with this key stands already. */
async function findRestore(
  log: LogTable,
  account: string,
  { header }: Page,
  key: string,
): Promise<{ readonly cut: number; readonly epoch: number } | undefined> {
  for (const cut of new Set(header.cuts)) {
    const entries: readonly Entry[] = (await readPage(log, account, cut + 1))?.entries ?? []
    const found = entries.find((entry): entry is RestoreEntry => entry.kind === 'restore' && entry.key === key)
    if (found !== undefined) return { cut, epoch: found.epoch }
  }
  return undefined
}

/** The archived pages of an epoch after one of them, in order, each once. */
async function* archivedAfter(archive: Archive, account: string, epoch: number, after: number): AsyncGenerator<Page> {
  let last = after
  for await (const block of listBlocks(archive, account, epoch)) {
    if (block.last <= last) continue
    for (const page of await readBlock(archive, block)) {
      if (page.header.seq <= last) continue
      yield page
      last = page.header.seq
    }
  }
}

/** The opening of a log of which nothing came back: its first page, as it was. */
async function firstPageAgain(log: LogTable, archive: Archive, account: string): Promise<Page | undefined> {
  for await (const block of listBlocks(archive, account, 0)) {
    const [page] = await readBlock(archive, block)
    if (page?.header.seq !== 1) return undefined
    await appendPage(log, page)
    return page
  }
  return undefined
}
