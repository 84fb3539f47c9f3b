import { PutObjectCommand } from '@aws-sdk/client-s3'
import { sha256Hex } from '../../digest/sha256.ts'
import type { Archive } from '../../ledger/io/archive/page-archive.ts'
import type { SetAside } from './event-bus.ts'

const FOLDER = 'set-aside/'

/** Where an event of an account lies that the bus will never take; the same however often it is put. */
const asideKey = (account: string, id: string): string => `${FOLDER}${account}/${sha256Hex(id).slice(0, 32)}.json`

/** Keeps an event that the bus will never take, with the reason, beside the archive: for an operator to look at. */
export async function putAside(
  { client, bucket }: Archive,
  account: string,
  { event, reason }: SetAside,
): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: asideKey(account, event.id),
      Body: `${JSON.stringify({ reason, event })}\n`,
      ContentType: 'application/json',
    }),
  )
}
