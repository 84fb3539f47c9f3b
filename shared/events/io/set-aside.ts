import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { Tools } from '../../aws/lambda.ts'
import { sha256Hex } from '../../digest/sha256.ts'
import type { SetAside } from './event-bus.ts'

const FOLDER = 'set-aside/'

/** The key of an event that the bus will never take; the same each time it is put. */
const asideKey = (account: string, id: string): string => `${FOLDER}${account}/${sha256Hex(id).slice(0, 32)}.json`

/** Keeps an event that the bus will never take, with the reason, beside the archive: for an operator to look at. */
export async function putAside(
  { client, bucket }: { readonly client: S3Client; readonly bucket: string },
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

/** Counts and logs events that the bus will never take: their ids and reasons, never their data. */
export function reportAside(aside: readonly SetAside[], { logger, metrics }: Pick<Tools, 'logger' | 'metrics'>): void {
  if (aside.length > 0) metrics.addMetric('NoticesSetAside', MetricUnit.Count, aside.length)
  for (const { event, reason } of aside)
    logger.error('the event bus will never take an event; it was set aside', { id: event.id, type: event.type, reason })
}
