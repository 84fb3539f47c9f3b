import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { pack, unpack } from '../../ledger/io/commit/pack.ts'
import { UnknownSnapshotFormat } from '../errors.ts'
import { dropOlderPieces, putPieces, wholeOf } from './snapshot-pieces.ts'

/** The snapshots table: what is folded of the logs. All of it can be dropped, cursors too, and is then folded again. */
export interface SnapshotsTable {
  readonly documents: Documents
  readonly name: string
}

/** How far an account's log was followed: every notice of pages up to `seq` went out, every snapshot holds them. */
export interface Cursor {
  readonly seq: number
  /** Of that page: the next one must name it. */
  readonly hash: string
  /** Whose days the account's snapshots count by. */
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
/** Of a part in pieces that is replaced while it is read. */
const READINGS = 5

const CURSOR = 'cursor'

export const totalsPart = (month: string): string => `totals#${month}`
export const usersPart = (month: string, generation: number, chunk: number): string =>
  `${usersOfGeneration(month, generation)}${chunk}`
export const usersOfGeneration = (month: string, generation: number): string => `${usersOfMonth(month)}${generation}#`
/** The generation of a chunk of users, by its name. */
export const generationOfPart = (part: string): number => Number(part.split('#')[2])

export const usersOfMonth = (month: string): string => `users#${month}#`

/** A pool of spenders, by its name, in a month. */
export const poolPart = (month: string, name: string): string => `pool#${month}#${name}`

/** What is set about limits, what was granted and asked for. */
export const LIMITS_PART = 'limits'
/** Who is in which tier, of the users of a shard. */
export const userTiersPart = (shard: number): string => `${USER_TIERS}${shard}`
export const USER_TIERS = 'user-tiers#'

export async function readCursor(table: SnapshotsTable, account: string): Promise<Cursor | undefined> {
  const item = await readItem(table, account, CURSOR)
  return item && { seq: Number(item['seq']), hash: String(item['hash']), timeZone: String(item['time_zone']) }
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
    const item = await readItem(table, account, part)
    const read = item && (await partOf(table, item))
    if (read !== 'replaced') return read
  }
  throw new Error(`part ${part} of account ${account} was replaced ${READINGS} times while it was read`)
}

/** Every part whose name begins so, by name. */
export async function readParts(
  table: SnapshotsTable,
  account: string,
  beginning: string,
): Promise<ReadonlyMap<string, Part>> {
  const parts = new Map<string, Part>()
  let after: Record<string, unknown> | undefined
  do {
    const { Items, LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'account = :account AND begins_with(part, :beginning)',
        ExpressionAttributeValues: { ':account': account, ':beginning': beginning },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    for (const item of Items ?? []) {
      const part = String(item['part'])
      const listed = await partOf(table, item)
      const read = listed === 'replaced' ? await readPart(table, account, part) : listed
      if (read !== undefined) parts.set(part, read)
    }
    after = LastEvaluatedKey
  } while (after !== undefined)
  return parts
}

/** Writes a part, of any size, if what is stored is still of the page it was folded from; `undefined`: if there is none. */
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

/** Months are bounded by what their folds count; limits and users' tiers hold whatever the log says. */
const mayHavePieces = (part: string): boolean => part === LIMITS_PART || part.startsWith(USER_TIERS)

export async function deletePart(table: SnapshotsTable, account: string, part: string): Promise<void> {
  await table.documents.send(new DeleteCommand({ TableName: table.name, Key: { account, part } }))
}

/** Drops all of an account's snapshots, its cursor first: it is followed from page 1 again. */
export async function dropSnapshots(table: SnapshotsTable, account: string): Promise<void> {
  await deletePart(table, account, CURSOR)
  let after: Record<string, unknown> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'account = :account',
        ExpressionAttributeValues: { ':account': account },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    for (const { part } of Items) await deletePart(table, account, String(part))
    after = LastEvaluatedKey
  } while (after !== undefined)
}

/** No account's id: those hold no `#`. */
const SWEEP = { account: '#sweep', part: CURSOR }

/** The account after which the last sweep ran out of time; `undefined`: it came to the end. */
export async function readSweepPosition(table: SnapshotsTable): Promise<string | undefined> {
  const item = await readItem(table, SWEEP.account, SWEEP.part)
  return item && String(item['after'])
}

export async function writeSweepPosition(table: SnapshotsTable, after: string | undefined): Promise<void> {
  if (after === undefined) return deletePart(table, SWEEP.account, SWEEP.part)
  await table.documents.send(new PutCommand({ TableName: table.name, Item: { ...SWEEP, after } }))
}

async function readItem(table: SnapshotsTable, account: string, part: string) {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { account, part }, ConsistentRead: true }),
  )
  return Item
}

/** `replaced`: its pieces are gone; what stands there now is another one. */
async function partOf(table: SnapshotsTable, item: Readonly<Record<string, unknown>>): Promise<Part | 'replaced'> {
  const { account, part, seq, format } = item
  if (Number(format) !== SNAPSHOT_FORMAT) throw new UnknownSnapshotFormat(String(account), String(part), Number(format))
  const packed = await wholeOf(table, item)
  return packed === undefined ? 'replaced' : { seq: Number(seq), text: unpack(packed, UNPACKED_BYTES) }
}

async function putIfAt(
  table: SnapshotsTable,
  item: Readonly<Record<string, unknown>>,
  from: number | undefined,
): Promise<Write> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: item,
        ...(from === undefined
          ? { ConditionExpression: 'attribute_not_exists(seq)' }
          : { ConditionExpression: 'seq = :from', ExpressionAttributeValues: { ':from': from } }),
      }),
    )
    return 'written'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'overtaken'
    throw error
  }
}
