import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { epochOf } from '../account-log/epoch.ts'
import type { Page, PageHeader } from '../account-log/page.ts'
import { fromItem, toItem } from './page-item.ts'

/** The bucket beside the log that holds every page once more, as an object. */
export interface PageArchive {
  readonly client: S3Client
  readonly bucket: string
}

/** Where a page lies; a page after a restore is another one than the page of its number before. */
export function archiveKey({ account, seq, cuts }: Pick<PageHeader, 'account' | 'seq' | 'cuts'>): string {
  const epoch = epochOf({ cuts })
  return `log/${account}/${epoch === 0 ? '' : `e${epoch}/`}${String(seq).padStart(SEQ_DIGITS, '0')}.page`
}

const SEQ_DIGITS = 10

/**
 * Puts a page into the archive, as the item that the log table holds, in DynamoDB's JSON: any tool can put it back.
 *
 * A page is the same for ever, so putting it again changes nothing.
 */
export async function archivePage({ client, bucket }: PageArchive, page: Page): Promise<void> {
  const item = marshall(toItem(page), { convertClassInstanceToMap: true })
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: archiveKey(page.header),
      Body: JSON.stringify(item, binaryAsBase64),
      ContentType: 'application/json',
    }),
  )
}

/** @throws BrokenChain when it is not what was put */
export async function readArchivedPage(
  { client, bucket }: PageArchive,
  of: Pick<PageHeader, 'account' | 'seq' | 'cuts'>,
): Promise<Page | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: archiveKey(of) }))
    const item = JSON.parse((await Body?.transformToString()) ?? '', base64AsBinary)
    return fromItem(unmarshall(item, { wrapNumbers: (digits: string) => digits }))
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined
    throw error
  }
}

/** As DynamoDB writes it: `{"B": "base64"}`. */
const binaryAsBase64 = (_: string, value: unknown): unknown =>
  isBinary(value) ? { B: Buffer.from(value.B).toString('base64') } : value

const base64AsBinary = (name: string, value: unknown): unknown =>
  name === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64') : value

const isBinary = (value: unknown): value is { readonly B: Uint8Array } =>
  typeof value === 'object' && value !== null && 'B' in value && value.B instanceof Uint8Array
