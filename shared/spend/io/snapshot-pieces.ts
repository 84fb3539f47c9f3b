import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { sha256Hex } from '../../digest/sha256.ts'

/** AWS: an item holds 400 KB. What is left is for keys, and for a larger brotli of another version. */
const PIECE_BYTES = 300 * 1024

/** No part's name begins so. */
export const PIECES = 'piece#'

const SEQ_DIGITS = 16
const HASH_DIGITS = 16

interface Table {
  readonly documents: Documents
  readonly name: string
}

/** Names the pieces of one writing of a part: of its page, and of its bytes, which differ by brotli's version. */
const contentOf = (seq: number, packed: Uint8Array): string =>
  `${seqText(seq)}-${sha256Hex(packed).slice(0, HASH_DIGITS)}`

const seqText = (seq: number): string => String(seq).padStart(SEQ_DIGITS, '0')
const prefixOf = (part: string): string => `${PIECES}${part}#`
export const pieceName = (part: string, content: string, place: number): string =>
  `${prefixOf(part)}${content}#${place}`

/** What the item of a part holds of its bytes: all, or the first piece and where the others are. */
export type PackedFields =
  | { readonly packed: Uint8Array }
  | { readonly packed: Uint8Array; readonly pieces: number; readonly content: string }

/** Puts what does not fit into a part's own item into items beside it; they come first, so that a part is seen whole. */
export async function putPieces(
  table: Table,
  account: string,
  part: string,
  { seq, packed }: { readonly seq: number; readonly packed: Uint8Array },
): Promise<PackedFields> {
  if (packed.length <= PIECE_BYTES) return { packed }
  const content = contentOf(seq, packed)
  const pieces = Math.ceil(packed.length / PIECE_BYTES)
  for (let place = 1; place < pieces; place += 1) {
    const bytes = packed.subarray(place * PIECE_BYTES, (place + 1) * PIECE_BYTES)
    const Item = { account, part: pieceName(part, content, place), bytes }
    await table.documents.send(new PutCommand({ TableName: table.name, Item }))
  }
  return { packed: packed.subarray(0, PIECE_BYTES), pieces, content }
}

/** The bytes of a part's item with its pieces; `undefined`: it was replaced meanwhile, and a piece is gone. */
export async function wholeOf(
  table: Table,
  { account, part, packed, pieces, content }: Readonly<Record<string, unknown>>,
): Promise<Uint8Array | undefined> {
  const all = [packed as Uint8Array]
  for (let place = 1; place < Number(pieces ?? 1); place += 1) {
    const Key = { account, part: pieceName(String(part), String(content), place) }
    const { Item } = await table.documents.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))
    if (Item === undefined) return undefined
    all.push(Item['bytes'] as Uint8Array)
  }
  return all.length === 1 ? all[0] : Buffer.concat(all)
}

/** Deletes the pieces of older pages of a part. Those of a later one may be of a process that is about to name them. */
export async function dropOlderPieces(table: Table, account: string, part: string, before: number): Promise<void> {
  const prefix = prefixOf(part)
  let after: Record<string, unknown> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'account = :account AND part BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':account': account, ':first': prefix, ':last': `${prefix}${seqText(before)}` },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    for (const { part: piece } of Items)
      await table.documents.send(new DeleteCommand({ TableName: table.name, Key: { account, part: piece } }))
    after = LastEvaluatedKey
  } while (after !== undefined)
}
