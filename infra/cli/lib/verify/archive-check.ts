import { encodeIdIndex } from '../../../../shared/ledger/coverage/id-index.ts'
import { Sealing } from '../../../../shared/ledger/coverage/sealing.ts'
import {
  archiveLine,
  type Block,
  LARGEST_BLOCK,
  latestEpoch,
  listBlocks,
  readBlockLines,
} from '../../../../shared/ledger/io/archive/page-archive.ts'
import { readIndex } from '../../../../shared/ledger/io/search/id-indexes.ts'
import { epochOf, type Page, type PageHeader } from '../../../../shared/ledger/page/page.ts'
import type { Finding } from '../../../../shared/ledger/verify/verify-finding.ts'
import { instantText } from '../../../../shared/time/instant.ts'
import type { StoredTables } from '../stored-tables.ts'
import { readHeadPlace } from './stored-pages.ts'

/** Holds the archived pages of a log against those of its table. */
interface ArchiveCheck {
  /** One page after another. */
  readonly add: (page: Page) => Promise<readonly Finding[]>
  /** After the last page: whether the archive goes on where the log ends. */
  readonly end: (head: Pick<PageHeader, 'seq' | 'cuts'> | undefined) => Promise<readonly Finding[]>
}

type Tables = Pick<StoredTables, 'archive' | 'log'>

/**
 * @param followedUpTo the cursor's page: up to there everything is archived, beyond it some
 * @param from the first page that is held against it
 */
export function archiveCheck(
  { archive, log }: Tables,
  account: string,
  { followedUpTo, from = 1 }: { readonly followedUpTo: number; readonly from?: number },
): ArchiveCheck {
  let epoch: number | undefined
  let blocks: AsyncGenerator<Block> | undefined
  let block: Block | undefined
  let lines: readonly string[] | undefined

  const open = async (of: number): Promise<void> => {
    if (epoch === of) return
    epoch = of
    blocks = listBlocks(archive, account, of, from - LARGEST_BLOCK)
    await advance()
  }
  const advance = async (): Promise<void> => {
    const next = await blocks?.next()
    block = next?.done === false ? next.value : undefined
    lines = undefined
  }

  const add = async (page: Page): Promise<readonly Finding[]> => {
    const { seq } = page.header
    await open(epochOf(page.header))
    while (block !== undefined && block.last < seq) await advance()
    if (block === undefined || block.first > seq) {
      const isMissing = seq <= followedUpTo
      return isMissing ? [{ check: 'archive', expected: `page ${seq} in the archive`, found: 'none' }] : []
    }
    lines ??= await readBlockLines(archive, block)
    const archived = lines[seq - block.first]
    if (archived === archiveLine(page)) return []
    return [{ check: 'archive', expected: `the page with hash ${page.hash}`, found: archived ?? 'no such line' }]
  }

  const end: ArchiveCheck['end'] = async (head) => {
    const ofLog = head === undefined ? 0 : epochOf(head)
    const known = await latestEpoch(archive, account)
    // It may have grown since it was read.
    const now = await readHeadPlace(log, account)
    if (known > ofLog && known > (now === undefined ? 0 : epochOf(now)))
      return [{ check: 'archive', expected: `epoch ${known}, which is archived`, found: `a log of epoch ${ofLog}` }]
    await open(ofLog)
    let last = 0
    for (; block !== undefined; await advance()) last = Math.max(last, block.last)
    const seq = Math.max(head?.seq ?? 0, now?.seq ?? 0)
    if (last <= seq) return []
    const found = seq === 0 ? 'no log' : `the log ends with page ${seq}`
    return [{ check: 'archive', expected: `page ${last}, which is archived`, found }]
  }
  return { add, end }
}

/** Makes the indexes of a log's ids again, and holds the stored ones against them. */
interface IndexCheck {
  /** One page after another, from page 1 on. */
  readonly add: (page: Page) => Promise<readonly Finding[]>
}

/** One that ends with another page is of a log since restored: nobody believes it, so nothing is said of it. */
export function indexCheck({ archive }: Pick<StoredTables, 'archive'>): IndexCheck {
  const seals = new Sealing(0)
  return {
    add: async (page) => {
      const findings: Finding[] = []
      for (const index of seals.add(page)) {
        const stored = await readIndex(archive, index.account, index.bucket)
        if (stored?.lastHash !== index.lastHash) continue
        if (Buffer.compare(encodeIdIndex(stored), encodeIdIndex(index)) === 0) continue
        const expected = `the index of ids from ${instantText(index.bucket)} on as its pages give it`
        findings.push({ check: 'archive', expected, found: 'another one' })
      }
      return findings
    },
  }
}
