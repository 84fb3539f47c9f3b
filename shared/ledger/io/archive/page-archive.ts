import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { epochOf, type Page } from '../../page/page.ts'
import { fromItem, toItem } from '../page-item.ts'

/** The bucket beside the log that holds every page once more, and an index of ids. */
export interface Archive {
  readonly client: S3Client
  readonly bucket: string
}

/** An object of pages that came together: of one log and one epoch, one after another. */
export interface Block {
  readonly account: string
  readonly epoch: number
  /** Seq of its first and last page. */
  readonly first: number
  readonly last: number
}

const LOGS = 'log/'
const SEQ_DIGITS = 10
const KEY = /^log\/([^/]+)\/(?:e(\d+)\/)?(\d{10})-(\d{10})\.pages$/

/** The key of a block, with its epoch: after a restore, other pages have the same numbers. */
export function blockKey({ account, epoch, first, last }: Block): string {
  return `${epochFolder(account, epoch)}${digits(first)}-${digits(last)}.pages`
}

const digits = (seq: number): string => String(seq).padStart(SEQ_DIGITS, '0')

const epochFolder = (account: string, epoch: number): string => `${LOGS}${account}/${epoch === 0 ? '' : `e${epoch}/`}`

/**
 * Puts pages into the archive, as the items that the log table holds: a line each, in the form that DynamoDB's own
 * import reads.
 *
 * A page is the same for ever: put again, in this block or another, it changes nothing.
 *
 * @param pages one after another, of one account
 */
export async function archivePages({ client, bucket }: Archive, pages: readonly Page[]): Promise<void> {
  for (const block of blocksOf(pages)) {
    const [first, last] = [block[0]?.header, block.at(-1)?.header]
    if (first === undefined || last === undefined) continue
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: blockKey({ account: first.account, epoch: epochOf(first), first: first.seq, last: last.seq }),
        Body: block.map((page) => `${archiveLine(page)}\n`).join(''),
        ContentType: 'application/x-ndjson',
      }),
    )
  }
}

/** A search for a page looks for its block at most this many pages before it. */
export const LARGEST_BLOCK = 50

/** A restore begins a block of its own epoch. */
function blocksOf(pages: readonly Page[]): readonly (readonly Page[])[] {
  const blocks: Page[][] = []
  for (const page of pages) {
    const block = blocks.at(-1)
    const isOfIt =
      block?.[0] !== undefined && block.length < LARGEST_BLOCK && epochOf(block[0].header) === epochOf(page.header)
    if (isOfIt) block.push(page)
    else blocks.push([page])
  }
  return blocks
}

/**
 * The blocks of one epoch of an account's log, by first page; they may overlap.
 *
 * @param from none that begins before this page
 */
export async function* listBlocks(
  { client, bucket }: Archive,
  account: string,
  epoch: number,
  from = 1,
): AsyncGenerator<Block> {
  const folder = epochFolder(account, epoch)
  let after: string | undefined
  do {
    const { Contents = [], NextContinuationToken } = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: folder,
        // Folders of later epochs lie beside the first one's blocks.
        Delimiter: '/',
        StartAfter: `${folder}${digits(Math.max(1, from))}`,
        ContinuationToken: after,
      }),
    )
    for (const { Key = '' } of Contents) {
      const block = readKey(Key)
      if (block !== undefined) yield block
    }
    after = NextContinuationToken
  } while (after !== undefined)
}

/** The names of the folders in a folder, in order. @param folder ends with a slash, or with the beginning of their names */
export async function foldersUnder({ client, bucket }: Archive, folder: string): Promise<readonly string[]> {
  const names: string[] = []
  let after: string | undefined
  do {
    const { CommonPrefixes = [], NextContinuationToken } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: folder, Delimiter: '/', ContinuationToken: after }),
    )
    for (const { Prefix = '' } of CommonPrefixes) names.push(Prefix.slice(folder.length, -1))
    after = NextContinuationToken
  } while (after !== undefined)
  return names
}

/** Accounts of which anything was archived. */
export const archivedAccounts = (archive: Archive): Promise<readonly string[]> => foldersUnder(archive, LOGS)

/** The latest epoch that the archive knows of an account; 0: its log was never restored. */
export async function latestEpoch(archive: Archive, account: string): Promise<number> {
  const epochs = await foldersUnder(archive, `${epochFolder(account, 0)}e`)
  return Math.max(0, ...epochs.map(Number).filter(Number.isInteger))
}

function readKey(key: string): Block | undefined {
  const [, account, epoch = '0', first, last] = KEY.exec(key) ?? []
  if (account === undefined) return undefined
  return { account, epoch: Number(epoch), first: Number(first), last: Number(last) }
}

/** @throws BrokenChain when a page of it is not what was put */
export const readBlock = async (from: Archive, block: Block): Promise<readonly Page[]> =>
  (await readBlockLines(from, block)).map(pageOfLine)

/** A block's lines as they stand, one a page. */
export async function readBlockLines({ client, bucket }: Archive, block: Block): Promise<readonly string[]> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: blockKey(block) }))
  const text = (await Body?.transformToString()) ?? ''
  return text.split('\n').filter(Boolean)
}

/** A page as the archive holds it, without the line's end. */
export const archiveLine = (page: Page): string =>
  JSON.stringify({ Item: marshall(toItem(page), { convertClassInstanceToMap: true }) }, binaryAsBase64)

function pageOfLine(line: string): Page {
  const { Item } = JSON.parse(line, base64AsBinary)
  return fromItem(unmarshall(Item, { wrapNumbers: (text: string) => text }))
}

/** As DynamoDB writes it: `{"B": "base64"}`. */
const binaryAsBase64 = (_: string, value: unknown): unknown =>
  isBinary(value) ? { B: Buffer.from(value.B).toString('base64') } : value

const base64AsBinary = (name: string, value: unknown): unknown =>
  name === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64') : value

const isBinary = (value: unknown): value is { readonly B: Uint8Array } =>
  typeof value === 'object' && value !== null && 'B' in value && value.B instanceof Uint8Array
