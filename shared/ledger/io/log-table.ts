import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type Documents, goingOnAfter } from '../../aws/document-client.ts'
import { toHex } from '../../digest/sha256.ts'
import type { Instant } from '../../time/instant.ts'
import type { Place } from '../coverage/coverage.ts'
import type { Page } from '../page/page.ts'
import { fromItem, toItem } from './page-item.ts'

/** The log table: put if absent, get, query. Nothing else ever touches a page. All reads are consistent. */
export interface LogTable {
  readonly documents: Documents
  readonly name: string
}

/** Lost: another page has this seq; it is `winner`. */
export type Append = { readonly kind: 'appended' } | { readonly kind: 'lost'; readonly winner: Page }

/**
 * Appends a page, once: the commit of everything in it. Its own page found in its place counts as appended: the answer
 * to the first try was lost.
 *
 * @throws what the SDK throws when it can't tell whether the write happened; append again, the condition decides
 */
export async function appendPage(table: LogTable, page: Page): Promise<Append> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: toItem(page),
        ConditionExpression: 'attribute_not_exists(seq)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    return { kind: 'appended' }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const winner = await winnerOf(table, page, error)
    return winner.hash === page.hash ? { kind: 'appended' } : { kind: 'lost', winner }
  }
}

/** The page in the place of ours: sent along by DynamoDB, read where an engine doesn't. */
async function winnerOf(table: LogTable, { header }: Page, { Item }: ConditionalCheckFailedException): Promise<Page> {
  if (Item !== undefined) return fromItem(unmarshall(Item, { wrapNumbers: (digits: string) => digits }))
  const winner = await readPage(table, header.account, header.seq)
  if (winner === undefined) throw new Error(`page ${header.seq} of account ${header.account} was there and is gone`)
  return winner
}

export async function readPage(table: LogTable, account: string, seq: number): Promise<Page | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { account, seq }, ConsistentRead: true }),
  )
  return Item && fromItem(Item)
}

/** The newest page, or `undefined` for an account without a log. */
export async function readHead(table: LogTable, account: string): Promise<Page | undefined> {
  const { Items } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'account = :account',
      ExpressionAttributeValues: { ':account': account },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  )
  const [item] = Items ?? []
  return item && fromItem(item)
}

/** Which pages to read; both ends belong to it. */
export interface PageRange {
  readonly from: number
  readonly to: number
  /** At most this many. */
  readonly limit?: number
  /** `newest-first` begins at `to`. Default: oldest first. */
  readonly order?: 'oldest-first' | 'newest-first'
}

/** Pages of a range that exist, in order. One request brings up to 1 MB; this asks until the range, or its limit, is full. */
export async function readPages(table: LogTable, account: string, range: PageRange): Promise<readonly Page[]> {
  const pages: Page[] = []
  const limit = range.limit ?? Number.POSITIVE_INFINITY
  let after: Readonly<Record<string, unknown>> | undefined
  do {
    const { Items, LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'account = :account AND seq BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':account': account, ':from': range.from, ':to': range.to },
        ScanIndexForward: range.order !== 'newest-first',
        ConsistentRead: true,
        ...(limit !== Number.POSITIVE_INFINITY && { Limit: limit - pages.length }),
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    for (const item of Items ?? []) pages.push(fromItem(item))
    after = goingOnAfter(LastEvaluatedKey, 'seq')
  } while (after !== undefined && pages.length < limit)
  return pages
}

/** Every page after `seq`, in order, as of now. */
export const readPagesAfter = (table: LogTable, account: string, seq: number): Promise<readonly Page[]> =>
  readPages(table, account, { from: seq + 1, to: Number.MAX_SAFE_INTEGER })

/** Where a page stands, without its entries. */
export async function readPlace(table: LogTable, account: string, seq: number): Promise<Place | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({
      TableName: table.name,
      Key: { account, seq },
      ProjectionExpression: 'seq, #t',
      ExpressionAttributeNames: { '#t': 't' },
      ConsistentRead: true,
    }),
  )
  return Item && { seq: Number(Item['seq']), logTime: Number(Item['t']) }
}

/** When a page was written, by its writer's clock; `undefined` where there is none. */
export async function readWrittenAt(table: LogTable, account: string, seq: number): Promise<Instant | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({
      TableName: table.name,
      Key: { account, seq },
      ProjectionExpression: '#w',
      ExpressionAttributeNames: { '#w': 'w' },
      ConsistentRead: true,
    }),
  )
  return Item && Number(Item['w'])
}

/** The hash of a page, hex; `undefined` where there is none. */
export async function readPageHash(table: LogTable, account: string, seq: number): Promise<string | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({
      TableName: table.name,
      Key: { account, seq },
      ProjectionExpression: 'h',
      ConsistentRead: true,
    }),
  )
  const hash: unknown = Item?.['h']
  return hash instanceof Uint8Array ? toHex(hash) : undefined
}
