import type { Instant } from '../../../time/instant.ts'
import type { SeenRange } from '../../coverage/coverage.ts'
import { bucketOf, type IdIndex, placesIn, sealedFrom } from '../../coverage/id-index.ts'
import type { Identity } from '../../entries/identity.ts'
import type { Sight } from '../../sight.ts'
import type { Archive } from '../archive/page-archive.ts'
import { type LogTable, readPage, readPageHash } from '../log-table.ts'
import { readIndex } from './id-indexes.ts'
import { isSeenAround, lookAround } from './look.ts'

/** Brings the index of one bucket after another; remembers the last one. */
export type IndexReader = (bucket: Instant) => Promise<IdIndex | undefined>

/**
 * Indexes of a log's ids, each held against the log before it is believed: one of pages that a restore replaced is not.
 *
 * An archive that can't be reached has none, and is not asked again: whoever asks reads the log instead.
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
    const hash = sight.page(seq)?.hash ?? (await readPageHash(log, sight.account, seq))
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
