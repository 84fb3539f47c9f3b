import { GetObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Instant } from '../../../time/instant.ts'
import { decodeIdIndex, encodeIdIndex, type IdIndex, sealedFrom } from '../../coverage/id-index.ts'
import type { Sight } from '../../sight.ts'
import type { Archive } from '../archive/page-archive.ts'
import { type LogTable, readPageFacts } from '../log-table.ts'

const TIME_DIGITS = 14

/** Where the index of a bucket lies. */
export const indexKey = (account: string, bucket: Instant): string =>
  `index/${account}/${String(bucket).padStart(TIME_DIGITS, '0')}.ids`

/** Puts an index; of the same log it is always the same. */
export async function putIndex({ client, bucket }: Archive, index: IdIndex): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: indexKey(index.account, index.bucket),
      Body: encodeIdIndex(index),
      ContentType: 'application/octet-stream',
    }),
  )
}

/**
 * The index of a bucket of an account's ids; `undefined` where there is none that can be used: it is not sealed, had so
 * few pages that it needs none, or the stored one is not whole.
 */
export async function readIndex(
  { client, bucket: name }: Archive,
  account: string,
  bucket: Instant,
): Promise<IdIndex | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: indexKey(account, bucket) }))
    return Body && decodeIdIndex(await Body.transformToByteArray(), account, bucket)
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined
    throw error
  }
}

/**
 * Indexes of a log's ids, each checked against the log before use: an index of pages that a restore replaced is not used.
 *
 * An archive that can't be reached has none, and is not asked again: the log is read instead.
 */
export class IdIndexes {
  readonly #log: LogTable
  readonly #archive: Archive
  readonly #sight: Sight
  #last: { readonly bucket: Instant; readonly index: IdIndex | undefined } | undefined
  #isReachable = true

  constructor(log: LogTable, archive: Archive, sight: Sight) {
    this.#log = log
    this.#archive = archive
    this.#sight = sight
  }

  /** The index of a bucket; the last one is kept. */
  async of(bucket: Instant): Promise<IdIndex | undefined> {
    if (this.#last?.bucket !== bucket) this.#last = { bucket, index: await this.#read(bucket) }
    return this.#last.index
  }

  async #read(bucket: Instant): Promise<IdIndex | undefined> {
    const sight = this.#sight
    if (!this.#isReachable || sealedFrom(bucket) > sight.head().header.logTime) return undefined
    const index = await readIndex(this.#archive, sight.account, bucket).catch(() => {
      this.#isReachable = false
      return undefined
    })
    if (index === undefined) return undefined
    const { seq } = index.pages.to
    const hash = sight.page(seq)?.hash ?? (await readPageFacts(this.#log, sight.account, seq))?.hash
    return hash === index.lastHash ? index : undefined
  }
}
