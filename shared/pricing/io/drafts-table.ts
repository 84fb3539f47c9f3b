import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { pack, unpack } from '../../ledger/io/commit/pack.ts'
import { DAY_MS, type Instant, SECOND_MS } from '../../time/instant.ts'

/** Rate cards that somebody works on: the body in pieces first, the draft that names them last, so that it is seen whole. */
export interface DraftsTable {
  readonly documents: Documents
  readonly name: string
}

export interface DraftRecord {
  readonly id: string
  /** Counts the edits, from 1. */
  readonly revision: number
  readonly note: string
  /** Who edited it last. */
  readonly actor: string
  readonly editedAt: Instant
  /** Names the pieces of the body: of this edit alone. */
  readonly content: string
  readonly pieces: number
}

/** All drafts stand in one partition. */
const DRAFTS = 'drafts'

/** AWS: an item holds 400 KB. */
const PIECE_BYTES = 300 * 1024
const UNPACKED_BYTES = 8 * 1024 * 1024

/** A draft that nobody touches for so long is dropped. */
const KEPT_MS = 90 * DAY_MS

const pieceName = (content: string, piece: number): string => `${content}#${String(piece).padStart(4, '0')}`

/**
 * Puts a draft in the place of the revision before it, or as the first.
 *
 * @param body JSON
 * @returns `changed`: another edit came first; nothing was changed
 */
export async function putDraft(
  table: DraftsTable,
  draft: Omit<DraftRecord, 'pieces'>,
  body: string,
): Promise<'put' | 'changed'> {
  const packed = pack(body)
  const pieces = Math.max(1, Math.ceil(packed.length / PIECE_BYTES))
  const expires = { expires_at: Math.ceil((draft.editedAt + KEPT_MS) / SECOND_MS) }
  for (let piece = 0; piece < pieces; piece += 1) {
    const bytes = packed.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES)
    const Item = { draft: draft.id, part: pieceName(draft.content, piece), bytes, ...expires }
    await table.documents.send(new PutCommand({ TableName: table.name, Item }))
  }
  const { id, ...record } = draft
  const isFirst = draft.revision === 1
  return await unlessChanged(
    table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: { draft: DRAFTS, part: id, ...record, pieces, ...expires },
        ConditionExpression: isFirst ? 'attribute_not_exists(draft)' : 'revision = :before',
        ...(!isFirst && { ExpressionAttributeValues: { ':before': draft.revision - 1 } }),
      }),
    ),
  )
}

/** `undefined`: no draft has this id. */
export async function readDraft(
  table: DraftsTable,
  id: string,
): Promise<{ readonly record: DraftRecord; readonly body: string } | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { draft: DRAFTS, part: id }, ConsistentRead: true }),
  )
  if (Item === undefined) return undefined
  const record = recordOf(Item)
  const pieces = await Promise.all(
    Array.from({ length: record.pieces }, (_, piece) => readPiece(table, id, pieceName(record.content, piece))),
  )
  return { record, body: unpack(Buffer.concat(pieces), UNPACKED_BYTES) }
}

/** At most `limit` drafts after one, by id; fewer: that was all. */
export async function listDrafts(
  table: DraftsTable,
  after: string | undefined,
  limit: number,
): Promise<readonly DraftRecord[]> {
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'draft = :drafts AND part > :after',
      ExpressionAttributeValues: { ':drafts': DRAFTS, ':after': after ?? ' ' },
      Limit: limit,
      ConsistentRead: true,
    }),
  )
  return Items.map(recordOf)
}

/** Forgets a draft as it stands at this revision; its pieces go with their time. */
export async function dropDraft(
  table: DraftsTable,
  { id, revision }: Pick<DraftRecord, 'id' | 'revision'>,
): Promise<'dropped' | 'changed'> {
  const dropped = await unlessChanged(
    table.documents.send(
      new DeleteCommand({
        TableName: table.name,
        Key: { draft: DRAFTS, part: id },
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      }),
    ),
  )
  return dropped === 'put' ? 'dropped' : dropped
}

async function unlessChanged(request: Promise<unknown>): Promise<'put' | 'changed'> {
  try {
    await request
    return 'put'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'changed'
    throw error
  }
}

/** @throws Error when a piece is missing */
async function readPiece(table: DraftsTable, draft: string, part: string): Promise<Uint8Array> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { draft, part }, ConsistentRead: true }),
  )
  if (Item === undefined) throw new Error(`draft ${draft} lacks its piece ${part}`)
  return Item['bytes'] as Uint8Array
}

const recordOf = (item: Readonly<Record<string, unknown>>): DraftRecord => ({
  id: String(item['part']),
  revision: Number(item['revision']),
  note: String(item['note']),
  actor: String(item['actor']),
  editedAt: Number(item['editedAt']),
  content: String(item['content']),
  pieces: Number(item['pieces']),
})
