import { sha256 } from '../../digest/sha256.ts'
import { type Instant, MINUTE_MS } from '../../time/instant.ts'
import type { Place, SeenRange } from './coverage.ts'
import type { Identity } from '../entries/identity.ts'
import { FRESH_WINDOW_MS } from '../page/page-bounds.ts'
import type { Page } from '../page/page.ts'

/**
 * Id times are cut into buckets of this length. A constant of the archive: an index is looked for under its bucket.
 *
 * Longer ones read less of the log again when they are sealed, shorter ones are sealed sooner and quicker to fetch.
 */
export const BUCKET_MS = 10 * MINUTE_MS

/** The bucket of an id time, by its first moment. */
export const bucketOf = (time: Instant): Instant => Math.floor(time / BUCKET_MS) * BUCKET_MS

/** From this log time on no page takes an id of the bucket without a marker: what stands in it is final. */
export const sealedFrom = (bucket: Instant): Instant => bucket + BUCKET_MS + FRESH_WINDOW_MS

/**
 * Where every account-bound id of a bucket stands that went without a marker: an id that is not in it stands in none of
 * these pages.
 *
 * A pure function of the log, which it names by the hash of its last page: an index of a log that was restored to before
 * that page is of no use any more.
 */
export interface IdIndex {
  readonly account: string
  readonly bucket: Instant
  /** From the last page before the bucket (or page 1) to the first one from which on it is sealed. */
  readonly pages: SeenRange
  readonly lastHash: string
  /** Sorted records: the first bytes of an identity's hash, then its page, counted from the first. */
  readonly records: Uint8Array
}

const HASH_BYTES = 6
export const INDEX_RECORD_BYTES = HASH_BYTES + 4

/** Collects a bucket's ids from the pages of its time. */
export interface IdCollector {
  readonly add: (identity: Identity, seq: number) => void
  /** `undefined`: there are too many. @param last the first page from which on the bucket is sealed */
  readonly index: (last: Page) => IdIndex | undefined
}

/** Ids of a bucket beyond which it has no index: 1,600 a second. Looking for one in the log takes no more time then than fetching it. */
export const INDEXED_IDS = 1_000_000

const FIRST_ROOM = 1024

/** @param from the last page before the bucket, or page 1 */
export function collectIds(bucket: Instant, from: Place): IdCollector {
  let hashes = new Float64Array(FIRST_ROOM)
  let seqs = new Uint32Array(FIRST_ROOM)
  let count = 0
  const grow = (): void => {
    const [old, oldSeqs] = [hashes, seqs]
    hashes = new Float64Array(old.length * 2)
    seqs = new Uint32Array(old.length * 2)
    hashes.set(old)
    seqs.set(oldSeqs)
  }
  const hashAtPlace = (place: number): number => hashes[place] ?? 0
  const offsetAt = (place: number): number => (seqs[place] ?? 0) - from.seq
  return {
    add: (identity, seq) => {
      if (count === INDEXED_IDS) return
      if (count === hashes.length) grow()
      hashes[count] = hashOf(identity)
      seqs[count] = seq
      count += 1
    },
    index: ({ header, hash: lastHash }) => {
      if (count === INDEXED_IDS) return undefined
      const { account, seq, logTime } = header
      const records = new Uint8Array(count * INDEX_RECORD_BYTES)
      const view = viewOf(records)
      const order = Uint32Array.from({ length: count }, (_, place) => place)
      order.sort((a, b) => hashAtPlace(a) - hashAtPlace(b) || offsetAt(a) - offsetAt(b))
      order.forEach((found, place) => {
        setHash(view, place * INDEX_RECORD_BYTES, hashAtPlace(found))
        view.setUint32(place * INDEX_RECORD_BYTES + HASH_BYTES, offsetAt(found))
      })
      return { account, bucket, pages: { from, to: { seq, logTime } }, lastHash, records }
    },
  }
}

/** 48 bits: as a number, exact. */
const hashOf = (identity: Identity): number => hashAt(viewOf(sha256(identity)), 0)

const hashAt = (view: DataView, offset: number): number => view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2)

function setHash(view: DataView, offset: number, hash: number): void {
  view.setUint16(offset, Math.floor(hash / 2 ** 32))
  view.setUint32(offset + 2, hash % 2 ** 32)
}

/**
 * The pages in which an identity may stand. None: it stands in no page of the index without a marker. One that is named
 * need not hold it: only a part of its hash is compared.
 */
export function placesIn({ records, pages }: IdIndex, identity: Identity): readonly number[] {
  const hash = hashOf(identity)
  const view = viewOf(records)
  const end = records.length / INDEX_RECORD_BYTES
  const hashOfRecord = (record: number): number => hashAt(view, record * INDEX_RECORD_BYTES)
  let [low, high] = [0, end]
  while (low < high) {
    const middle = (low + high) >> 1
    if (hashOfRecord(middle) < hash) low = middle + 1
    else high = middle
  }
  const places: number[] = []
  for (; low < end && hashOfRecord(low) === hash; low += 1)
    places.push(pages.from.seq + view.getUint32(low * INDEX_RECORD_BYTES + HASH_BYTES))
  return places
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
