import type { Instant } from '../../../time/instant.ts'
import { FRESH_WINDOW_MS, type SeenRange } from '../../coverage/coverage-rule.ts'
import { bucketOf, type IdIndex, placesIn, sealedFrom } from '../../coverage/id-index.ts'
import type { Identity } from '../../entries/identity.ts'
import { Sight } from '../../sight.ts'
import type { Archive } from '../archive/page-archive.ts'
import {
  type LogTable,
  lastSeqBefore,
  readHead,
  readPage,
  readPageFacts,
  readPages,
  readPagesAfter,
} from '../log-table.ts'
import { readIndex } from './id-indexes.ts'

/** The pages of one request: few at first, since the entry is mostly near, then more. */
const FIRST_LOOK = 8
const WIDEST_LOOK = 200

/** Begins with the newest page; `undefined` for an account without a log. */
export async function openSight(log: LogTable, account: string): Promise<Sight | undefined> {
  const head = await readHead(log, account)
  return head && new Sight(head)
}

/** Reads every page after the head: never jumps over one (a jump to the newest page charged twice in the model check). */
export async function catchUp(log: LogTable, sight: Sight): Promise<void> {
  for (const page of await readPagesAfter(log, sight.account, sight.head().header.seq)) sight.add(page)
}

/**
 * Reads back from the newest run until a page lies before `time`, so that none further down can hold a bound id of that time.
 *
 * @param check called before each request; throws when it is time to stop
 */
export async function lookBack(log: LogTable, sight: Sight, time: Instant, check: () => void): Promise<void> {
  for (let width = FIRST_LOOK; ; width = Math.min(width * 2, WIDEST_LOOK)) {
    const low = sight.ranges().at(-1)?.from
    if (low === undefined || low.seq === 1 || low.logTime < time) return
    check()
    const to = low.seq - 1
    const pages = await readPages(log, sight.account, { from: 1, to, limit: width, order: 'newest-first' })
    for (const page of pages) sight.add(page)
  }
}

/** Whether every page was seen in which a bound id of `time` may stand without a marker. */
const isSeenAround = (sight: Sight, time: Instant): boolean =>
  sight.ranges().some(({ from, to }) => (from.seq === 1 || from.logTime < time) && to.logTime > time + FRESH_WINDOW_MS)

/** Reads the pages in which a bound id of `time` may stand without a marker: log times from `time` to `time` + W, and one beyond each rim. */
async function lookAround(log: LogTable, sight: Sight, time: Instant): Promise<void> {
  const known = sight.ranges().find(({ from, to }) => (from.seq === 1 || from.logTime < time) && to.logTime >= time)
  const start = known?.to.seq ?? (await lastSeqBefore(log, sight.head().header, time, (seq) => sight.page(seq)))
  await readForward(log, sight, start, (logTime) => logTime > time + FRESH_WINDOW_MS)
}

/**
 * Reads on from a seq until the identity is found, the head is reached, or `mayRead` says no; pages seen already cost
 * nothing. Answers with the last seq looked at; `from` - 1: none.
 */
export async function lookForward(
  log: LogTable,
  sight: Sight,
  from: number,
  identity: Identity,
  mayRead: () => boolean,
): Promise<number> {
  return await readForward(log, sight, from, () => sight.find(identity) !== undefined, mayRead)
}

async function readForward(
  log: LogTable,
  sight: Sight,
  from: number,
  isEnough: (logTime: Instant) => boolean,
  mayRead: () => boolean = () => true,
): Promise<number> {
  const last = sight.head().header.seq
  let next = from
  for (let width = FIRST_LOOK; next <= last; ) {
    const seen = sight.page(next)
    if (seen === undefined) {
      if (!mayRead()) return next - 1
      const to = Math.min(next + width - 1, last)
      for (const page of await readPages(log, sight.account, { from: next, to })) sight.add(page)
      width = Math.min(width * 2, WIDEST_LOOK)
      if (sight.page(next) === undefined) throw new Error(`page ${next} of account ${sight.account} can't be read`)
    }
    if (isEnough(sight.page(next)?.header.logTime ?? 0)) return next
    next += 1
  }
  return last
}

/** Reads the index of one bucket after another; keeps the last one. */
export type IndexReader = (bucket: Instant) => Promise<IdIndex | undefined>

/**
 * Indexes of a log's ids, each checked against the log before use: an index of pages that a restore replaced is not used.
 *
 * An archive that can't be reached has none, and is not asked again: the log is read instead.
 */
export function indexReader(log: LogTable, archive: Archive, sight: Sight): IndexReader {
  let last: { readonly bucket: Instant; readonly index: IdIndex | undefined } | undefined
  let isReachable = true
  const read = async (bucket: Instant): Promise<IdIndex | undefined> => {
    if (!isReachable || sealedFrom(bucket) > sight.head().header.logTime) return undefined
    const index = await readIndex(archive, sight.account, bucket).catch(() => {
      isReachable = false
      return undefined
    })
    if (index === undefined) return undefined
    const { seq } = index.pages.to
    const hash = sight.page(seq)?.hash ?? (await readPageFacts(log, sight.account, seq))?.hash
    return hash === index.lastHash ? index : undefined
  }
  return async (bucket) => {
    if (last?.bucket !== bucket) last = { bucket, index: await read(bucket) }
    return last.index
  }
}

/**
 * Looks for a bound id where it may stand without a marker: by the index of its bucket, which is one read, or else in the
 * pages of its time.
 *
 * @returns the pages that an index proves to be without it; `undefined`: it was found, or all of them are seen
 */
export async function lookLate(
  log: LogTable,
  sight: Sight,
  { identity, time }: { readonly identity: Identity; readonly time: Instant },
  indexOf: IndexReader,
): Promise<SeenRange | undefined> {
  if (sight.find(identity) !== undefined || isSeenAround(sight, time)) return undefined
  const index = await indexOf(bucketOf(time))
  if (index === undefined) {
    await lookAround(log, sight, time)
    return undefined
  }
  for (const seq of placesIn(index, identity)) {
    const page = await readPage(log, sight.account, seq)
    if (page !== undefined) sight.add(page)
    if (sight.find(identity) !== undefined) return undefined
  }
  return index.pages
}
