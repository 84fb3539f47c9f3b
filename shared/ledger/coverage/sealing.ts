import type { Instant } from '../../time/instant.ts'
import type { Place } from './coverage.ts'
import { BUCKET_MS, bucketOf, collectIds, type IdCollector, type IdIndex, sealedFrom } from './id-index.ts'
import { usageIdentity } from '../entries/charge.ts'
import { FRESH_WINDOW_MS } from '../page/page-bounds.ts'
import type { Page } from '../page/page.ts'

/** Buckets of id time that a log seals as it goes on. */
export interface Sealing {
  /** One page after another. Answers with the indexes of the buckets that this page seals. */
  readonly add: (page: Page) => readonly IdIndex[]
}

/** The first bucket that a log of this log time has not sealed. */
export const firstUnsealed = (logTime: Instant): Instant => Math.max(0, bucketOf(logTime - FRESH_WINDOW_MS))

/** The last bucket that a log of this log time has sealed; below 0: none. */
export const lastSealed = (logTime: Instant): Instant => bucketOf(logTime - FRESH_WINDOW_MS - BUCKET_MS)

/**
 * Seals buckets from `first` on. Begins with the last page before `first`, or with page 1.
 *
 * A bucket without ids has no index: nobody has reason to look there often.
 */
export function sealing(first: Instant): Sealing {
  const collectors = new Map<Instant, IdCollector>()
  /** Ascending; where a bucket that is still open may begin. */
  let places: Place[] = []

  const collectorOf = (bucket: Instant): IdCollector => {
    const from = places.findLast(({ logTime }) => logTime < bucket) ?? places[0]
    if (from === undefined) throw new RangeError(`no page before bucket ${bucket}`)
    const collector = collectors.get(bucket) ?? collectIds(bucket, from)
    collectors.set(bucket, collector)
    return collector
  }

  const add = (page: Page): readonly IdIndex[] => {
    const { seq, logTime } = page.header
    const open = firstUnsealed(logTime)
    places.push({ seq, logTime })
    for (const entry of page.entries) {
      if (entry.kind !== 'charge' || entry.boundAt === undefined) continue
      const bucket = bucketOf(entry.boundAt)
      // What stands so late has a marker; that of the last page is taken in, since the index speaks of this page too.
      const isLate = sealedFrom(bucket) <= logTime
      const collector = isLate ? collectors.get(bucket) : bucket >= first ? collectorOf(bucket) : undefined
      collector?.add(usageIdentity(entry), seq)
    }
    const sealed = [...collectors].filter(([bucket]) => sealedFrom(bucket) <= logTime)
    for (const [bucket] of sealed) collectors.delete(bucket)
    const needed = places.findLastIndex((place) => place.logTime < open)
    if (needed > 0) places = places.slice(needed)
    return sealed.flatMap(([, collector]) => collector.index(page) ?? [])
  }
  return { add }
}
