import { instantText } from '../../../time/instant.ts'
import { encodeIdIndex } from '../../coverage/id-index.ts'
import { Sealing } from '../../coverage/sealing.ts'
import { epochOf, type Page, type PageHeader } from '../../page/page.ts'
import type { Finding } from '../../verify/finding.ts'
import {
  type Archive,
  archiveLine,
  type Block,
  LARGEST_BLOCK,
  latestEpoch,
  listBlocks,
  readBlockLines,
} from '../archive/page-archive.ts'
import type { LogTable } from '../log-table.ts'
import { readIndex } from '../search/id-indexes.ts'
import { readHeadPlace } from '../stored-pages.ts'

interface Tables {
  readonly archive: Archive
  readonly log: LogTable
}

/** Holds the archived pages of a log against those of its table. */
export class ArchiveCheck {
  readonly #tables: Tables
  readonly #account: string
  readonly #followedUpTo: number
  readonly #from: number
  #epoch: number | undefined
  #blocks: AsyncGenerator<Block> | undefined
  #block: Block | undefined
  #lines: readonly string[] | undefined

  /**
   * @param followedUpTo the cursor's page: all up to there is archived, beyond it some
   * @param from the first page that is held against it
   */
  constructor(
    tables: Tables,
    account: string,
    { followedUpTo, from = 1 }: { readonly followedUpTo: number; readonly from: number | undefined },
  ) {
    this.#tables = tables
    this.#account = account
    this.#followedUpTo = followedUpTo
    this.#from = from
  }

  /** One page after another. */
  async add(page: Page): Promise<readonly Finding[]> {
    const { seq } = page.header
    await this.#open(epochOf(page.header))
    while (this.#block !== undefined && this.#block.last < seq) await this.#advance()
    if (this.#block === undefined || this.#block.first > seq) {
      const isMissing = seq <= this.#followedUpTo
      return isMissing ? [{ check: 'archive', expected: `page ${seq} in the archive`, found: 'none' }] : []
    }
    this.#lines ??= await readBlockLines(this.#tables.archive, this.#block)
    const archived = this.#lines[seq - this.#block.first]
    if (archived === archiveLine(page)) return []
    return [{ check: 'archive', expected: `the page with hash ${page.hash}`, found: archived ?? 'no such line' }]
  }

  /** After the last page: whether the archive goes on where the log ends. */
  async end(head: Pick<PageHeader, 'seq' | 'cuts'> | undefined): Promise<readonly Finding[]> {
    const { archive, log } = this.#tables
    const ofLog = head === undefined ? 0 : epochOf(head)
    const known = await latestEpoch(archive, this.#account)
    // The log may have grown since it was read.
    const now = await readHeadPlace(log, this.#account)
    if (known > ofLog && known > (now === undefined ? 0 : epochOf(now)))
      return [{ check: 'archive', expected: `epoch ${known}, which is archived`, found: `a log of epoch ${ofLog}` }]
    await this.#open(ofLog)
    let last = 0
    for (; this.#block !== undefined; await this.#advance()) last = Math.max(last, this.#block.last)
    const seq = Math.max(head?.seq ?? 0, now?.seq ?? 0)
    if (last <= seq) return []
    const found = seq === 0 ? 'no log' : `the log ends with page ${seq}`
    return [{ check: 'archive', expected: `page ${last}, which is archived`, found }]
  }

  async #open(epoch: number): Promise<void> {
    if (this.#epoch === epoch) return
    this.#epoch = epoch
    this.#blocks = listBlocks(this.#tables.archive, this.#account, epoch, this.#from - LARGEST_BLOCK)
    await this.#advance()
  }

  async #advance(): Promise<void> {
    const next = await this.#blocks?.next()
    this.#block = next?.done === false ? next.value : undefined
    this.#lines = undefined
  }
}

/**
 * Makes the indexes of a log's ids again, page by page from page 1 on, and holds the stored ones against them.
 *
 * An index that ends with another page is of a log that was restored since: readers don't believe it, so it is no finding.
 */
export class IndexCheck {
  readonly #archive: Archive
  readonly #seals = new Sealing(0)

  constructor(archive: Archive) {
    this.#archive = archive
  }

  async add(page: Page): Promise<readonly Finding[]> {
    const findings: Finding[] = []
    for (const index of this.#seals.add(page)) {
      const stored = await readIndex(this.#archive, index.account, index.bucket)
      if (stored?.lastHash !== index.lastHash) continue
      if (Buffer.compare(encodeIdIndex(stored), encodeIdIndex(index)) === 0) continue
      const expected = `the index of ids from ${instantText(index.bucket)} on as its pages give it`
      findings.push({ check: 'archive', expected, found: 'another one' })
    }
    return findings
  }
}
