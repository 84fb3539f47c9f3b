import { FRESH_WINDOW_MS } from '../../../../shared/ledger/coverage/coverage-rule.ts'
import { sealedFrom } from '../../../../shared/ledger/coverage/id-index.ts'
import { settingsIn } from '../../../../shared/ledger/entries/entries.ts'
import { type Archive, listBlocks, readBlock } from '../../../../shared/ledger/io/archive/page-archive.ts'
import {
  type Anchor,
  anchorsOf,
  BrokenCheckpoint,
  type CheckpointBucket,
  type Completion,
} from '../../../../shared/ledger/io/checkpoints.ts'
import { type LogTable, lastSeqBefore, readPage } from '../../../../shared/ledger/io/log-table.ts'
import { storedPages } from '../../../../shared/ledger/io/stored-pages.ts'
import type { Page, PageHeader } from '../../../../shared/ledger/page/page.ts'
import type { Begin } from '../../../../shared/ledger/verify/chain-check.ts'
import type { Finding } from '../../../../shared/ledger/verify/finding.ts'
import type { Instant } from '../../../../shared/time/instant.ts'
import type { Identities } from './identities.ts'

/** What is wrong with a checkpoint in itself; `undefined`: it is whole. */
export async function faultOf(from: CheckpointBucket, completion: Completion): Promise<string | undefined> {
  try {
    for await (const _ of anchorsOf(from, completion)) {
      // Read for its checks alone.
    }
    return undefined
  } catch (error) {
    if (error instanceof BrokenCheckpoint) return error.message
    throw error
  }
}

/** Goes through the anchors of a checkpoint beside the accounts, so that it need not fit into memory. */
export class Anchors {
  readonly day: string
  readonly #anchors: AsyncGenerator<Anchor>
  #next: Anchor | undefined
  #isOver = false
  readonly #missed: Anchor[] = []

  constructor(from: CheckpointBucket, completion: Completion) {
    this.day = completion.day
    this.#anchors = anchorsOf(from, completion)
  }

  /** Accounts have to be asked for in order. */
  async of(account: string): Promise<Anchor | undefined> {
    while (!this.#isOver && (this.#next === undefined || this.#next.account < account)) await this.#advance()
    if (this.#next?.account !== account) return undefined
    const found = this.#next
    this.#next = undefined
    return found
  }

  /** Goes to the checkpoint's end, and answers with the anchors of accounts that were not asked for. @throws BrokenCheckpoint */
  async missed(): Promise<readonly Anchor[]> {
    while (!this.#isOver) await this.#advance()
    return this.#missed
  }

  async #advance(): Promise<void> {
    if (this.#next !== undefined) this.#missed.push(this.#next)
    const { done, value } = await this.#anchors.next()
    this.#isOver = done === true
    this.#next = this.#isOver ? undefined : value
  }
}

/** What a checkpoint says of an account. */
export interface Anchored {
  readonly anchor: Anchor
  readonly day: string
  /** Whether what comes after it is verified alone. */
  readonly isBegin: boolean
}

/**
 * Where verifying goes on from a checkpoint: its hash stands for all pages before.
 *
 * `undefined` when the log does not hold that page: then all of it is verified, and more is said.
 */
export async function beginAt(log: LogTable, { account, seq, hash }: Anchor): Promise<Begin | undefined> {
  const page = await readPage(log, account, seq).catch(() => undefined)
  if (page?.hash !== hash) return undefined
  const { settingsSeq } = page.header
  const made = settingsSeq === seq ? page : await readPage(log, account, settingsSeq).catch(() => undefined)
  const settings = settingsIn(made?.entries ?? [])
  return settings && { page, settings }
}

/** Whether the log was restored since to before the page that a checkpoint names. */
export const isReplacedBy = (head: Pick<PageHeader, 'cuts'> | undefined, { epoch, seq }: Anchor): boolean =>
  (head?.cuts ?? []).slice(epoch).some((cut) => cut < seq)

/** A page that a restore replaced is still in the archive, as it was on the checkpoint's day. */
export async function findingsOfReplaced(archive: Archive, { anchor, day }: Anchored): Promise<readonly Finding[]> {
  const { account, epoch, seq, hash } = anchor
  for await (const block of listBlocks(archive, account, epoch)) {
    if (block.first > seq) break
    if (block.last < seq) continue
    const page = (await readBlock(archive, block).catch(() => [])).find(({ header }) => header.seq === seq)
    if (page?.hash === hash) return []
  }
  const expected = `hash ${hash} in the archive, as on ${day}`
  return [{ check: 'checkpoint', expected, found: 'no such page there, and the log was restored to before it' }]
}

/** The page that a checkpoint names is as it was then. */
export function findingsOfAnchor(anchored: Anchored | undefined, page: Page): readonly Finding[] {
  if (anchored === undefined || anchored.anchor.seq !== page.header.seq || anchored.anchor.hash === page.hash) return []
  const { anchor, day } = anchored
  return [{ check: 'checkpoint', expected: `hash ${anchor.hash}, as on ${day}`, found: `hash ${page.hash}` }]
}

/** The log reaches as far as it did then. */
export function findingsOfEnd(anchored: Anchored | undefined, head: number): readonly Finding[] {
  if (anchored === undefined || anchored.anchor.seq <= head) return []
  const expected = `page ${anchored.anchor.seq}, as on ${anchored.day}`
  return [{ check: 'checkpoint', expected, found: `the log ends with page ${head}` }]
}

/** What the entries after a checkpoint rest on. */
interface LookedFor {
  readonly lowestMarker: number
  readonly lateBuckets: ReadonlySet<Instant>
}

/**
 * Adds the identities of the pages before a checkpoint in which one of those after it could stand already: of the time in
 * which an account-bound id needs no marker, of the times of ids that came late, and as far back as markers reach.
 *
 * @throws Error when a page before the checkpoint is not there
 */
export async function addEarlier(
  log: LogTable,
  identities: Identities,
  { header }: Page,
  { lowestMarker, lateBuckets }: LookedFor,
): Promise<void> {
  const before = (time: Instant): Promise<number> => lastSeqBefore(log, header, time)
  const fresh = await before(header.logTime - FRESH_WINDOW_MS)
  const ranges = [{ from: Math.min(fresh, lowestMarker + 1), to: header.seq }]
  for (const bucket of lateBuckets)
    ranges.push({ from: await before(bucket), to: Math.min(header.seq, (await before(sealedFrom(bucket))) + 1) })
  ranges.sort((a, b) => a.from - b.from)
  let next = 1
  for (const { from, to } of ranges) {
    for await (const stored of storedPages(log, header.account, to, Math.max(from, next)))
      for (const one of stored) if (one.kind === 'page') identities.add(one.page)
    next = Math.max(next, to + 1)
  }
}
