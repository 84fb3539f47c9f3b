import { GetObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Instant } from '../../../time/instant.ts'
import { decodeIdIndex, encodeIdIndex, type IdIndex } from '../../coverage/id-index.ts'
import type { Archive } from '../archive/page-archive.ts'

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
