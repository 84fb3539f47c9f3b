import * as z from 'zod/mini'
import { sha256, sha256Hex } from '../../digest/sha256.ts'
import { type Instant, MINUTE_MS } from '../../time/instant.ts'
import type { Identity } from '../entries/identity.ts'
import type { Page } from '../page/page.ts'
import { FRESH_WINDOW_MS, type PagePlace, type SeenRange } from './coverage-rule.ts'

/**
 * Id times are cut into buckets of this length. A constant of the archive: an index is looked for under its bucket.
 *
 * Longer ones read less of the log again when they are sealed, shorter ones are sealed sooner and quicker to fetch.
 */
export const BUCKET_MS = 10 * MINUTE_MS

/** The bucket of an id time, by its first moment. */
export const bucketOf = (time: Instant): Instant => Math.floor(time / BUCKET_MS) * BUCKET_MS

/** From this log time on, no page takes an id of the bucket without a marker: the bucket is final. */
export const sealedFrom = (bucket: Instant): Instant => bucket + BUCKET_MS + FRESH_WINDOW_MS

/**
 * The place of every account-bound id of a bucket that was written without a marker: an id that it lacks stands in none of
 * these pages.
 *
 * A pure function of the log, which it names by the hash of its last page. After a restore to before
 * that page, the index is useless.
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
const INDEX_RECORD_BYTES = HASH_BYTES + 4

/** A bucket with more ids (1,600 a second) has no index: a search in the log takes no longer then than fetching it. */
const INDEXED_IDS = 1_000_000

const FIRST_ROOM = 1024

/** Collects a bucket's ids from the pages of its time. */
export class IdCollector {
  readonly #bucket: Instant
  readonly #from: PagePlace
  #hashes = new Float64Array(FIRST_ROOM)
  #seqs = new Uint32Array(FIRST_ROOM)
  #count = 0

  /** @param from the last page before the bucket, or page 1 */
  constructor(bucket: Instant, from: PagePlace) {
    this.#bucket = bucket
    this.#from = from
  }

  /** Takes an id that stands in page `seq`. */
  add(identity: Identity, seq: number): void {
    if (this.#count === INDEXED_IDS) return
    if (this.#count === this.#hashes.length) this.#grow()
    this.#hashes[this.#count] = hashOf(identity)
    this.#seqs[this.#count] = seq
    this.#count += 1
  }

  /** The index of the bucket; `undefined`: there are too many ids. @param last the first page from which on the bucket is sealed */
  index({ header, hash: lastHash }: Page): IdIndex | undefined {
    if (this.#count === INDEXED_IDS) return undefined
    const { account, seq, logTime } = header
    const records = new Uint8Array(this.#count * INDEX_RECORD_BYTES)
    const view = viewOf(records)
    const order = Uint32Array.from({ length: this.#count }, (_, place) => place)
    order.sort((a, b) => this.#hashAt(a) - this.#hashAt(b) || this.#offsetAt(a) - this.#offsetAt(b))
    order.forEach((found, place) => {
      setHash(view, place * INDEX_RECORD_BYTES, this.#hashAt(found))
      view.setUint32(place * INDEX_RECORD_BYTES + HASH_BYTES, this.#offsetAt(found))
    })
    return { account, bucket: this.#bucket, pages: { from: this.#from, to: { seq, logTime } }, lastHash, records }
  }

  #grow(): void {
    const [hashes, seqs] = [this.#hashes, this.#seqs]
    this.#hashes = new Float64Array(hashes.length * 2)
    this.#seqs = new Uint32Array(seqs.length * 2)
    this.#hashes.set(hashes)
    this.#seqs.set(seqs)
  }

  #hashAt(place: number): number {
    return this.#hashes[place] ?? 0
  }

  #offsetAt(place: number): number {
    return (this.#seqs[place] ?? 0) - this.#from.seq
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
 * The pages in which an identity may stand. None: it stands in no page of the index without a marker. A named page
 * may lack it: only a part of its hash is compared.
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

const FORMAT = 1
const NEWLINE = 0x0a

const whole = z.int().check(z.minimum(0))
const placeSchema = z.strictObject({ seq: whole, logTime: whole })

/** The first line of an index: its log, and the hash of its records. */
const aboutSchema = z.strictObject({
  format: z.literal(FORMAT),
  account: z.string(),
  bucket: whole,
  pages: z.strictObject({ from: placeSchema, to: placeSchema }),
  lastHash: z.string(),
  sha256: z.string(),
})

/** A line of JSON, then the records. */
export function encodeIdIndex({ records, ...about }: IdIndex): Uint8Array {
  const line = new TextEncoder().encode(
    `${JSON.stringify({ format: FORMAT, ...about, sha256: sha256Hex(records) } satisfies z.infer<typeof aboutSchema>)}\n`,
  )
  const bytes = new Uint8Array(line.length + records.length)
  bytes.set(line)
  bytes.set(records, line.length)
  return bytes
}

/** @returns `undefined` unless the bytes are an index of this account and bucket, whole and of a known format: then the log is read instead */
export function decodeIdIndex(bytes: Uint8Array, account: string, bucket: Instant): IdIndex | undefined {
  const end = bytes.indexOf(NEWLINE)
  const about = aboutSchema.safeParse(jsonOf(bytes.subarray(0, Math.max(end, 0))))
  const records = bytes.subarray(end + 1)
  if (!about.success || records.length % INDEX_RECORD_BYTES !== 0) return undefined
  const { format: _, sha256, ...rest } = about.data
  const isIt = rest.account === account && rest.bucket === bucket && sha256 === sha256Hex(records)
  return isIt ? { ...rest, records } : undefined
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
