import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { toHex } from '../../digest/sha256.ts'
import { credits } from '../../money/amounts.ts'
import type { Entry } from '../entries/entries.ts'
import type { Page, PageHeader } from '../page/page.ts'
import { readTopUpText } from '../tally/top-up-state.ts'
import type { LogTable } from './log-table.ts'
import { decodeBody, type PageItem, unpack } from './page-item.ts'

/** A page as the table has it. Functions refuse a page that contradicts itself; this reads it as far as possible. */
export type StoredPage =
  | { readonly kind: 'page'; readonly seq: number; readonly page: Page }
  | {
      readonly kind: 'unreadable'
      readonly seq: number
      readonly why: string
      /** The readable part of it. */
      readonly sealed: Sealed | undefined
    }

/** A page whose entries are not looked at. */
type Sealed = Pick<Page, 'header' | 'body' | 'hash'>

const PAGES_A_REQUEST = 50
/** Unpacked, a page of 64 KB takes a megabyte and more: this many entries, or the page that passes the bound, are one piece. */
const ENTRIES_A_PIECE = 2000
const UNPACKED_BYTES = 8 * 1024 * 1024

/** The newest page's place; `undefined` for an account without a log. */
export async function readHeadPlace(
  table: LogTable,
  account: string,
): Promise<Pick<PageHeader, 'seq' | 'cuts'> | undefined> {
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'account = :account',
      ExpressionAttributeValues: { ':account': account },
      ProjectionExpression: 'seq, e',
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  )
  const [item] = Items
  return item && { seq: Number(item['seq']), cuts: cutsOf(item['e']) }
}

/**
 * The pages of a log up to one, in order, in pieces of bounded size.
 *
 * @param from by default from the lowest number there is: a page 0 would be one too many
 */
export async function* storedPages(
  table: LogTable,
  account: string,
  to: number,
  from = -Number.MAX_SAFE_INTEGER,
): AsyncGenerator<readonly StoredPage[]> {
  if (from > to) return
  let after: number | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'account = :account AND seq BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':account': account, ':from': from, ':to': to },
        Limit: PAGES_A_REQUEST,
        ConsistentRead: true,
        ExclusiveStartKey: after === undefined ? undefined : { account, seq: after },
      }),
    )
    yield* pieces(account, Items)
    // A number again: as the digits that it comes in, the engine takes it for a text and refuses it.
    after = LastEvaluatedKey && Number(LastEvaluatedKey['seq'])
  } while (after !== undefined)
}

function* pieces(account: string, items: readonly object[]): Generator<readonly StoredPage[]> {
  let piece: StoredPage[] = []
  let entries = 0
  for (const item of items) {
    const stored = readItem(account, item as PageItem)
    piece.push(stored)
    entries += stored.kind === 'page' ? stored.page.entries.length : 0
    if (entries < ENTRIES_A_PIECE) continue
    yield piece
    piece = []
    entries = 0
  }
  if (piece.length > 0) yield piece
}

function readItem(account: string, item: PageItem): StoredPage {
  const seq = Number(item.seq)
  let sealed: Sealed | undefined
  try {
    sealed = {
      header: headerOf(account, seq, item),
      body: bytesOf('body', item.z),
      hash: toHex(bytesOf('hash', item.h)),
    }
    const entries = decodeBody(unpack(sealed.body, UNPACKED_BYTES), sealed.header)
    if (!entries.every(hasTime)) throw new RangeError('an entry of a time that no calendar has')
    return { kind: 'page', seq, page: { ...sealed, entries } }
  } catch (error) {
    return { kind: 'unreadable', seq, why: error instanceof Error ? error.message : String(error), sealed }
  }
}

/** ECMA-262: times of a `Date`, in milliseconds. */
const LATEST = 8.64e15

const hasTime = (entry: Entry): boolean => Math.abs(entry.kind === 'charge' ? entry.time : entry.at) <= LATEST

const headerOf = (account: string, seq: number, item: PageItem): PageHeader => ({
  account,
  seq,
  format: Number(item.v),
  logTime: Number(item.t),
  writtenAt: Number(item.w),
  balance: credits(String(item.b)),
  totalCredited: credits(String(item.c)),
  totalCharged: credits(String(item.d)),
  ...topUpOf(String(item.u)),
  crossings: Array.isArray(item.x) ? item.x.map((level) => credits(String(level))) : [],
  entryCount: Number(item.n),
  settingsSeq: Number(item.s),
  cuts: cutsOf(item.e),
  nonce: toHex(bytesOf('nonce', item.r)),
  previousHash: toHex(bytesOf('previous hash', item.p)),
})

/** The stored text, unread: the hash is made of it. */
function topUpOf(text: string): Pick<PageHeader, 'topUp' | 'tally'> {
  try {
    const { state, tally } = readTopUpText(text)
    return { topUp: state, tally }
  } catch {
    return { topUp: { kind: text as 'off' }, tally: undefined }
  }
}

const cutsOf = (cuts: unknown): readonly number[] => (Array.isArray(cuts) ? cuts.map(Number) : [])

function bytesOf(what: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new RangeError(`no binary ${what}`)
}
