import type { Instant } from '../../time/instant.ts'
import { usageIdentity } from '../entries/charge.ts'
import type { Page } from '../page/page.ts'
import { FRESH_WINDOW_MS, type PagePlace } from './coverage-rule.ts'
import { BUCKET_MS, bucketOf, IdCollector, type IdIndex, sealedFrom } from './id-index.ts'

/** The first bucket that a log of this log time has not sealed. */
export const firstUnsealed = (logTime: Instant): Instant => Math.max(0, bucketOf(logTime - FRESH_WINDOW_MS))

/** The last bucket that a log of this log time has sealed; below 0: none. */
export const lastSealed = (logTime: Instant): Instant => bucketOf(logTime - FRESH_WINDOW_MS - BUCKET_MS)

/** Seals the buckets of id time of one log, page by page. A bucket without ids gets no index: few look there. */
export class Sealing {
  readonly #first: Instant
  readonly #collectors = new Map<Instant, IdCollector>()
  /** Ascending; where a bucket that is still open may begin. */
  #places: PagePlace[] = []

  /** @param first the first bucket to seal; the pages begin with the last one before it, or with page 1 */
  constructor(first: Instant) {
    this.#first = first
  }

  /** Takes the next page; answers with the indexes of the buckets that it seals. */
  add(page: Page): readonly IdIndex[] {
    const { seq, logTime } = page.header
    this.#places.push({ seq, logTime })
    for (const entry of page.entries) {
      if (entry.kind !== 'charge' || entry.boundAt === undefined) continue
      const bucket = bucketOf(entry.boundAt)
      // A later id has a marker. The ids of the last page are taken in, since the index covers this page too.
      const isLate = sealedFrom(bucket) <= logTime
      const collector = isLate
        ? this.#collectors.get(bucket)
        : bucket >= this.#first
          ? this.#collectorOf(bucket)
          : undefined
      collector?.add(usageIdentity(entry), seq)
    }
    const sealed = [...this.#collectors].filter(([bucket]) => sealedFrom(bucket) <= logTime)
    for (const [bucket] of sealed) this.#collectors.delete(bucket)
    const open = firstUnsealed(logTime)
    const needed = this.#places.findLastIndex((place) => place.logTime < open)
    if (needed > 0) this.#places = this.#places.slice(needed)
    return sealed.flatMap(([, collector]) => collector.index(page) ?? [])
  }

  #collectorOf(bucket: Instant): IdCollector {
    const from = this.#places.findLast(({ logTime }) => logTime < bucket) ?? this.#places[0]
    if (from === undefined) throw new RangeError(`no page before bucket ${bucket}`)
    const collector = this.#collectors.get(bucket) ?? new IdCollector(bucket, from)
    this.#collectors.set(bucket, collector)
    return collector
  }
}
