import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type Documents, goingOnAfter } from '../../aws/document-client.ts'
import { toHex } from '../../digest/sha256.ts'
import type { Instant } from '../../time/instant.ts'
import { settingsIn } from '../entries/entries.ts'
import type { Settings } from '../entries/settings.ts'
import { BrokenChain } from '../errors.ts'
import type { Page, PageHeader } from '../page/page.ts'
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

/** The page that stands in place of ours: from DynamoDB's answer, or read where an engine sends none. */
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
        Limit: limit === Number.POSITIVE_INFINITY ? undefined : limit - pages.length,
        ExclusiveStartKey: after,
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

/** The facts of a page that a search needs, without its entries. */
export interface PageFacts {
  readonly logTime: Instant
  /** By its writer's clock. */
  readonly writtenAt: Instant
  /** Hex. */
  readonly hash: string
}

/** The facts of a page; `undefined` where there is none. */
export async function readPageFacts(table: LogTable, account: string, seq: number): Promise<PageFacts | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({
      TableName: table.name,
      Key: { account, seq },
      ProjectionExpression: '#t, #w, #h',
      ExpressionAttributeNames: { '#t': 't', '#w': 'w', '#h': 'h' },
      ConsistentRead: true,
    }),
  )
  return Item && { logTime: Number(Item['t']), writtenAt: Number(Item['w']), hash: toHex(Item['h'] as Uint8Array) }
}

/**
 * The last page before `last` for which a condition holds, by bisection. It must hold for every page up to some page and for
 * none after it; 1: not even for the first.
 *
 * @throws Error where a page in between is missing
 */
export async function lastPageWhere(
  table: LogTable,
  { account, seq: last }: Pick<PageHeader, 'account' | 'seq'>,
  isTrue: (facts: Pick<PageFacts, 'logTime' | 'writtenAt'>) => boolean,
  seen: (seq: number) => Page | undefined = () => undefined,
): Promise<number> {
  let [low, high] = [1, last]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const facts = seen(middle)?.header ?? (await readPageFacts(table, account, middle))
    if (facts === undefined) throw new Error(`page ${middle} of account ${account} can't be read`)
    if (isTrue(facts)) low = middle
    else high = middle - 1
  }
  return low
}

/** The last page before a log time (log times never fall); 1 when even the first is not before it. */
export const lastSeqBefore = (
  table: LogTable,
  head: Pick<PageHeader, 'account' | 'seq'>,
  time: Instant,
  seen?: (seq: number) => Page | undefined,
): Promise<number> => lastPageWhere(table, head, ({ logTime }) => logTime < time, seen)

/** The settings of an account as of a page: they stand in the page that its header names. @throws BrokenChain */
export async function settingsInForce(log: LogTable, { header, entries }: Page): Promise<Settings> {
  const { account, seq, settingsSeq } = header
  const made = settingsSeq === seq ? entries : (await readPage(log, account, settingsSeq))?.entries
  const settings = settingsIn(made ?? [])
  if (settings === undefined) throw new BrokenChain(account, settingsSeq, 'holds no settings')
  return settings
}
