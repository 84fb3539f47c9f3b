import { piecesOf } from '../../aws/pieces.ts'
import type { Item, Table } from '../../aws/table.ts'
import { sha256Hex } from '../../digest/sha256.ts'
import { BrokenChain } from '../../ledger/errors.ts'
import { pack, unpack } from '../../ledger/io/page-item.ts'
import type { Page } from '../../ledger/page/page.ts'
import { UnknownSnapshotFormat } from '../errors.ts'

/** The snapshots table: folds of the logs. All of it, cursors too, can be dropped and folded again. */
export type SnapshotsTable = Table

/** How far an account's log was followed: every notice of pages up to `seq` went out, every snapshot holds them. */
export interface Cursor {
  readonly seq: number
  /** The hash of that page; the next page must name it. */
  readonly hash: string
  /** The time zone whose days the account's snapshots count. */
  readonly timeZone: string
}

/** A part of a snapshot: a pure function of the log up to `seq`. */
export interface Part {
  readonly seq: number
  readonly text: string
}

/** Overtaken: another process wrote it since it was read. */
export type Write = 'written' | 'overtaken'

const SNAPSHOT_FORMAT = 2
export const UNPACKED_BYTES = 32 * 1024 * 1024
/** Attempts to read a part in pieces that is replaced meanwhile. */
const READINGS = 5

const CURSOR = 'cursor'

/** A month's totals. */
export const totalsPart = (month: string): string => `totals#${month}`
/** One chunk of a month's users. */
export const usersPart = (month: string, generation: number, chunk: number): string =>
  `${usersOfGeneration(month, generation)}${chunk}`
/** How the names of a generation's chunks begin. */
export const usersOfGeneration = (month: string, generation: number): string => `${usersOfMonth(month)}${generation}#`
/** The generation of a chunk of users, by its name. */
export const generationOfPart = (part: string): number => Number(part.split('#')[2])

/** How the names of a month's chunks begin, of any generation. */
export const usersOfMonth = (month: string): string => `users#${month}#`

/** A pool of spenders, by its name, in a month. */
export const poolPart = (month: string, name: string): string => `pool#${month}#${name}`

/** The settings of limits, with grants and open upgrade requests. */
export const LIMITS_PART = 'limits'
/** The tiers of a shard's users. */
export const userTiersPart = (shard: number): string => `${USER_TIERS}${shard}`
export const USER_TIERS = 'user-tiers#'

/** `undefined`: the account was not followed yet. */
export async function readCursor(table: SnapshotsTable, account: string): Promise<Cursor | undefined> {
  const item = await table.get({ account, part: CURSOR })
  return item && { seq: Number(item['seq']), hash: String(item['hash']), timeZone: String(item['time_zone']) }
}

/** Checks the page that a cursor stands at: later pages must chain to it. @throws BrokenChain when the page is another one, or missing */
export function checkCursorPage(account: string, { seq, hash }: Cursor, page: Page | undefined): Page {
  if (page === undefined || page.header.seq !== seq) throw new BrokenChain(account, seq, 'was folded, and is gone')
  if (page.hash !== hash) throw new BrokenChain(account, seq, 'is not the page that was folded')
  return page
}

/** Moves the cursor, if it still stands at `from`. */
export const moveCursor = (
  table: SnapshotsTable,
  account: string,
  from: Cursor | undefined,
  { seq, hash, timeZone }: Cursor,
): Promise<Write> => putIfAt(table, { account, part: CURSOR, seq, hash, time_zone: timeZone }, from?.seq)

/** @throws UnknownSnapshotFormat when a newer release wrote it */
export async function readPart(table: SnapshotsTable, account: string, part: string): Promise<Part | undefined> {
  for (let reading = 0; reading < READINGS; reading += 1) {
    const item = await table.get({ account, part })
    const read = item && (await partOf(table, item))
    if (read !== 'replaced') return read
  }
  throw new Error(`part ${part} of account ${account} was replaced ${READINGS} times while it was read`)
}

/** Every part whose name begins with a prefix, by name. */
export async function readParts(
  table: SnapshotsTable,
  account: string,
  beginning: string,
): Promise<ReadonlyMap<string, Part>> {
  const parts = new Map<string, Part>()
  const where = 'account = :account AND begins_with(part, :beginning)'
  for await (const items of table.pages({ where, values: { account, beginning } })) {
    for (const item of items) {
      const part = String(item['part'])
      const listed = await partOf(table, item)
      const read = listed === 'replaced' ? await readPart(table, account, part) : listed
      if (read !== undefined) parts.set(part, read)
    }
  }
  return parts
}

/** Writes a part, of any size, if the stored one still is of page `from`; `undefined`: if none is stored. */
export async function writePart(
  table: SnapshotsTable,
  account: string,
  part: string,
  from: number | undefined,
  { seq, text }: Part,
): Promise<Write> {
  const fields = await putPieces(table, account, part, { seq, packed: pack(text) })
  const write = await putIfAt(table, { account, part, seq, format: SNAPSHOT_FORMAT, ...fields }, from)
  if (write === 'written' && mayHavePieces(part)) await dropOlderPieces(table, account, part, seq)
  return write
}

/** Only limits and users' tiers can outgrow an item: months have bounds in their folds. */
const mayHavePieces = (part: string): boolean => part === LIMITS_PART || part.startsWith(USER_TIERS)

/** Deletes a part's own item; `dropSnapshots` deletes its pieces. */
export const deletePart = (table: SnapshotsTable, account: string, part: string): Promise<void> =>
  table.delete({ account, part })

/** Drops all of an account's snapshots, its cursor first: it is followed from page 1 again. */
export async function dropSnapshots(table: SnapshotsTable, account: string): Promise<void> {
  await deletePart(table, account, CURSOR)
  for await (const items of table.pages({ where: 'account = :account', values: { account } }))
    for (const { part } of items) await deletePart(table, account, String(part))
}

/** No account's id: those hold no `#`. */
const SWEEP = { account: '#sweep', part: CURSOR }

/** The account after which the last sweep ran out of time; `undefined`: it reached the end. */
export async function readSweepPosition(table: SnapshotsTable): Promise<string | undefined> {
  const item = await table.get(SWEEP)
  return item && String(item['after'])
}

/** @param after `undefined`: the sweep reached the end, and the next one starts over */
export const writeSweepPosition = (table: SnapshotsTable, after: string | undefined): Promise<void> =>
  after === undefined ? table.delete(SWEEP) : table.put({ ...SWEEP, after })

async function putIfAt(table: SnapshotsTable, item: Item, from: number | undefined): Promise<Write> {
  const condition = from === undefined ? 'attribute_not_exists(seq)' : 'seq = :from'
  return (await table.putIf(item, condition, { from })) ? 'written' : 'overtaken'
}

/** `replaced`: its pieces were deleted, since a newer part stands there. */
async function partOf(table: SnapshotsTable, item: Item): Promise<Part | 'replaced'> {
  const { account, part, seq, format } = item
  if (Number(format) !== SNAPSHOT_FORMAT) throw new UnknownSnapshotFormat(String(account), String(part), Number(format))
  const packed = await wholeOf(table, item)
  return packed === undefined ? 'replaced' : { seq: Number(seq), text: unpack(packed, UNPACKED_BYTES) }
}

/** The pieces of a part beside the first, named by its page and its bytes, which differ by brotli's version. */
export const PIECES = 'piece#'
const SEQ_DIGITS = 16
const HASH_DIGITS = 16

const seqText = (seq: number): string => String(seq).padStart(SEQ_DIGITS, '0')
/** The item of a piece of a part, by its place from 1 on. */
export const pieceName = (part: string, content: string, place: number): string =>
  `${PIECES}${part}#${content}#${place}`

/** Puts the pieces after the first into items of their own, before the part that names them; answers with the part's fields. */
async function putPieces(
  table: SnapshotsTable,
  account: string,
  part: string,
  { seq, packed }: { readonly seq: number; readonly packed: Uint8Array },
): Promise<Item> {
  const [first, ...others] = piecesOf(packed)
  if (others.length === 0) return { packed }
  const content = `${seqText(seq)}-${sha256Hex(packed).slice(0, HASH_DIGITS)}`
  for (const [place, bytes] of others.entries())
    await table.put({ account, part: pieceName(part, content, place + 1), bytes })
  return { packed: first, pieces: others.length + 1, content }
}

/** The bytes of a part's item with its pieces; `undefined`: it was replaced meanwhile, and a piece was deleted. */
async function wholeOf(table: SnapshotsTable, item: Item): Promise<Uint8Array | undefined> {
  const { account, part, packed, pieces, content } = item
  const all = [packed as Uint8Array]
  for (let place = 1; place < Number(pieces ?? 1); place += 1) {
    const piece = await table.get({ account, part: pieceName(String(part), String(content), place) })
    if (piece === undefined) return undefined
    all.push(piece['bytes'] as Uint8Array)
  }
  return all.length === 1 ? all[0] : Buffer.concat(all)
}

/** Deletes a part's pieces of older pages. Pieces of a later page may belong to a process that is about to name them. */
async function dropOlderPieces(table: SnapshotsTable, account: string, part: string, before: number): Promise<void> {
  const first = `${PIECES}${part}#`
  const values = { account, first, last: `${first}${seqText(before)}` }
  for await (const items of table.pages({ where: 'account = :account AND part BETWEEN :first AND :last', values }))
    for (const { part: piece } of items) await table.delete({ account, part: piece })
}
