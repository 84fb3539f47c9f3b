import * as z from 'zod/mini'
import { piecesOf } from '../../aws/pieces.ts'
import type { Item, Table } from '../../aws/table.ts'
import { pack, unpack } from '../../ledger/io/page-item.ts'
import { DAY_MS, SECOND_MS } from '../../time/instant.ts'

/** Drafts of rate cards: the body in pieces first, the record that names them last, so that a draft is seen whole. */
export type DraftsTable = Table

const recordSchema = z.object({
  id: z.string(),
  /** Counts the edits, from 1. */
  revision: z.coerce.number(),
  note: z.string(),
  /** Who edited it last. */
  actor: z.string(),
  editedAt: z.coerce.number(),
  /** Names the pieces of the body: of this edit alone. */
  content: z.string(),
  pieces: z.coerce.number(),
})

export type DraftRecord = Readonly<z.infer<typeof recordSchema>>

/** All records stand in one partition. */
const DRAFTS = 'drafts'

const UNPACKED_BYTES = 8 * 1024 * 1024

/** DynamoDB deletes a draft this long after its last edit. */
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
  const { id, ...record } = draft
  const pieces = piecesOf(pack(body))
  const expires = { expires_at: Math.ceil((draft.editedAt + KEPT_MS) / SECOND_MS) }
  for (const [piece, bytes] of pieces.entries())
    await table.put({ draft: id, part: pieceName(draft.content, piece), bytes, ...expires })
  const item = { draft: DRAFTS, part: id, ...record, pieces: pieces.length, ...expires }
  const isPut =
    draft.revision === 1
      ? await table.putIf(item, 'attribute_not_exists(draft)')
      : await table.putIf(item, 'revision = :before', { before: draft.revision - 1 })
  return isPut ? 'put' : 'changed'
}

/** `undefined`: no draft has this id. @throws Error when a piece of its body is missing */
export async function readDraft(
  table: DraftsTable,
  id: string,
): Promise<{ readonly record: DraftRecord; readonly body: string } | undefined> {
  const item = await table.get({ draft: DRAFTS, part: id })
  if (item === undefined) return undefined
  const record = recordOf(item)
  const pieces = await Promise.all(
    Array.from({ length: record.pieces }, async (_, piece) => {
      const part = pieceName(record.content, piece)
      const stored = await table.get({ draft: id, part })
      if (stored === undefined) throw new Error(`draft ${id} lacks its piece ${part}`)
      return stored['bytes'] as Uint8Array
    }),
  )
  return { record, body: unpack(Buffer.concat(pieces), UNPACKED_BYTES) }
}

/** At most `limit` drafts after one, by id; fewer: that was all. */
export async function listDrafts(
  table: DraftsTable,
  after: string | undefined,
  limit: number,
): Promise<readonly DraftRecord[]> {
  const values = { drafts: DRAFTS, after: after ?? ' ' }
  const { items } = await table.query({ where: 'draft = :drafts AND part > :after', values, limit })
  return items.map(recordOf)
}

/** Deletes a draft if it stands at this revision; DynamoDB deletes its pieces when they expire. */
export async function dropDraft(
  table: DraftsTable,
  { id, revision }: Pick<DraftRecord, 'id' | 'revision'>,
): Promise<'dropped' | 'changed'> {
  const isDropped = await table.deleteIf({ draft: DRAFTS, part: id }, 'revision = :revision', { revision })
  return isDropped ? 'dropped' : 'changed'
}

const recordOf = (item: Item): DraftRecord => recordSchema.parse({ ...item, id: item['part'] })
