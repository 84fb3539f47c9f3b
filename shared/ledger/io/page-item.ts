import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { toNumber } from '../../aws/document-client.ts'
import { toHex } from '../../digest/sha256.ts'
import { credits } from '../../money/amounts.ts'
import type { Instant } from '../../time/instant.ts'
import { at, type ChargeColumns, fromColumns, toColumns } from '../entries/charge.ts'
import { type Entry, fromStored, type StoredEntry, toStored } from '../entries/entries.ts'
import { BrokenChain, UnknownPageFormat } from '../errors.ts'
import { bodyHash, checkPage, type Page, type PageContent, type PageHeader } from '../page/page.ts'
import { readTopUpText, topUpText } from '../tally/top-up-state.ts'

/** A page as an item of the log table. One letter an attribute: names are stored, and paid for, with every page. */
export interface PageItem {
  readonly account: string
  readonly seq: unknown
  /** format */ readonly v: unknown
  /** logTime */ readonly t: unknown
  /** writtenAt */ readonly w: unknown
  /** balance */ readonly b: unknown
  /** totalCredited */ readonly c: unknown
  /** totalCharged */ readonly d: unknown
  /** topUp and tally */ readonly u: unknown
  /** crossings; absent where there are none */ readonly x?: unknown
  /** entryCount */ readonly n: unknown
  /** settingsSeq */ readonly s: unknown
  /** cuts; absent where there are none */ readonly e?: unknown
  /** nonce */ readonly r: unknown
  /** previousHash */ readonly p: unknown
  /** hash */ readonly h: unknown
  /** body */ readonly z: unknown
}

/** A page's entries, unpacked: 1,000 of at most a few KB each. */
const UNPACKED_BYTES = 8 * 1024 * 1024

export function toItem({ header, body, hash }: Page): PageItem {
  return {
    account: header.account,
    seq: header.seq,
    v: header.format,
    t: header.logTime,
    w: header.writtenAt,
    b: toNumber(header.balance),
    c: toNumber(header.totalCredited),
    d: toNumber(header.totalCharged),
    u: topUpText(header.topUp, header.tally),
    ...(header.crossings.length > 0 && { x: header.crossings.map(toNumber) }),
    n: header.entryCount,
    s: header.settingsSeq,
    ...(header.cuts.length > 0 && { e: header.cuts }),
    r: fromHex(header.nonce),
    p: fromHex(header.previousHash),
    h: fromHex(hash),
    z: body,
  }
}

/**
 * The page of an item, held against itself.
 *
 * Checks the format first: a page of a newer release is not a broken one.
 *
 * @throws UnknownPageFormat when a newer release wrote it
 * @throws BrokenChain when it can't be read or does not have its own hash
 */
export function fromItem(item: Readonly<Record<string, unknown>>): Page {
  const { account, seq, v } = item as unknown as PageItem
  const place = { account, seq: Number(seq) }
  assertKnownFormat(place.account, place.seq, Number(v))
  const header = headerOf(item as unknown as PageItem, place)
  const body = bytesOf(place, item['z'])
  const entries = decodeBody(textOf(header, body), header)
  const page: Page = { header, body, hash: toHex(bytesOf(place, item['h'])), entries }
  checkPage(page)
  return page
}

function headerOf(item: PageItem, place: Pick<PageHeader, 'account' | 'seq'>): PageHeader {
  try {
    return {
      ...place,
      format: Number(item.v),
      logTime: Number(item.t),
      writtenAt: Number(item.w),
      balance: credits(String(item.b)),
      totalCredited: credits(String(item.c)),
      totalCharged: credits(String(item.d)),
      ...topUpOf(item.u),
      crossings: Array.isArray(item.x) ? item.x.map((level) => credits(String(level))) : [],
      entryCount: Number(item.n),
      settingsSeq: Number(item.s),
      cuts: Array.isArray(item.e) ? item.e.map(Number) : [],
      nonce: toHex(bytesOf(place, item.r)),
      previousHash: toHex(bytesOf(place, item.p)),
    }
  } catch (error) {
    if (error instanceof RangeError) throw new BrokenChain(place.account, place.seq, `its header: ${error.message}`)
    throw error
  }
}

function topUpOf(text: unknown): Pick<PageHeader, 'topUp' | 'tally'> {
  const { state, tally } = readTopUpText(String(text))
  return { topUp: state, tally }
}

function textOf({ account, seq }: PageHeader, body: Uint8Array): string {
  try {
    return unpack(body, UNPACKED_BYTES)
  } catch (error) {
    throw new BrokenChain(account, seq, `its body does not unpack (${error instanceof Error ? error.message : error})`)
  }
}

function bytesOf({ account, seq }: Pick<PageHeader, 'account' | 'seq'>, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new BrokenChain(account, seq, 'lacks a binary attribute')
}

const fromHex = (hex: string): Uint8Array => Buffer.from(hex, 'hex')

/** Packs and hashes the entries of a page, once, for every place that it may end up in. */
export function packContent(
  account: string,
  entries: readonly Entry[],
  by: { readonly writtenAt: Instant; readonly nonce: string },
): PageContent {
  const body = pack(encodeBody(entries))
  return { account, entries, body, bodyHash: bodyHash(body), writtenAt: by.writtenAt, nonce: by.nonce }
}

/** Quality 4: the knee of time against size (performance, "Encoding a page"). */
const QUALITY = 4

/** Packs text with brotli. The bytes vary by brotli's version: hash what was written, never what could be. */
export function pack(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}

/** @throws Error when the bytes are no brotli, or unpack to more than `atMost` bytes */
export const unpack = (bytes: Uint8Array, atMost: number): string =>
  brotliDecompressSync(bytes, { maxOutputLength: atMost }).toString()

/** Format 1 of a page's entries, one JSON array: the columns of its charges, then all other entries with their positions. */
type BodyV1 = readonly [...charges: ChargeColumns, others: readonly (readonly [position: number, entry: StoredEntry])[]]

const OTHERS = 14

/** The text of a page's entries, in the format that is written now; brotli packs it. */
export function encodeBody(entries: readonly Entry[]): string {
  const charges = entries.filter((entry) => entry.kind === 'charge')
  const others = entries.flatMap((entry, position) =>
    entry.kind === 'charge' ? [] : [[position, toStored(entry)] as const],
  )
  const body: BodyV1 = [...toColumns(charges), others]
  return JSON.stringify(body)
}

/** @throws RangeError, TypeError, SyntaxError or ZodError when the text is no such body */
function decodeBodyV1(text: string, account: string): readonly Entry[] {
  const body = JSON.parse(text) as BodyV1
  const charges = fromColumns(body.slice(0, OTHERS) as unknown as ChargeColumns, account)
  const others = new Map(body[OTHERS])
  let next = 0
  return Array.from({ length: charges.length + others.size }, (_, position) => {
    const other = others.get(position)
    return other === undefined ? at(charges, next++) : fromStored(other)
  })
}

/** One decoder for each format ever written: old logs stay readable for ever. */
const decoders: ReadonlyMap<number, (text: string, account: string) => readonly Entry[]> = new Map([[1, decodeBodyV1]])

/** @throws UnknownPageFormat when a newer release wrote it */
function assertKnownFormat(account: string, seq: number, format: number): void {
  if (!decoders.has(format)) throw new UnknownPageFormat(account, seq, format)
}

/**
 * The entries of a page.
 *
 * @throws UnknownPageFormat when a newer release wrote it
 * @throws BrokenChain when it does not decode
 */
export function decodeBody(
  text: string,
  { format, account, seq, entryCount }: Pick<PageHeader, 'format' | 'account' | 'seq' | 'entryCount'>,
): readonly Entry[] {
  const decode = decoders.get(format)
  if (decode === undefined) throw new UnknownPageFormat(account, seq, format)
  let entries: readonly Entry[]
  try {
    entries = decode(text, account)
  } catch (error) {
    throw new BrokenChain(account, seq, `its body does not decode (${error instanceof Error ? error.message : error})`)
  }
  if (entries.length !== entryCount)
    throw new BrokenChain(account, seq, `holds ${entries.length} entries, its header says ${entryCount}`)
  return entries
}
