import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import type { HeldEventRecord } from './held-record.ts'
import { type HeldTable, type Place, pieceEntry } from './held-table.ts'

/**
 * Takes an event from its shelf, after it was charged, moved or decided; not there any more, that is well. Another event that lies
 * there by now stays.
 */
export async function unshelve(
  table: HeldTable,
  { shelf, entry, fingerprint, parts }: Pick<HeldEventRecord, 'shelf' | 'entry' | 'fingerprint' | 'parts'>,
): Promise<void> {
  try {
    await table.documents.send(
      new DeleteCommand({
        TableName: table.name,
        Key: { shelf, entry },
        ...(fingerprint !== undefined && {
          ConditionExpression: 'fingerprint = :fingerprint',
          ExpressionAttributeValues: { ':fingerprint': fingerprint },
        }),
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return
  }
  // After it: an event without its pieces could not be read again.
  await dropPieces(table, { shelf, entry }, parts)
}

/** Deletes the pieces of a large original that no event names any more. */
export async function dropPieces(table: HeldTable, { shelf, entry }: Place, parts: number): Promise<void> {
  for (let piece = 1; piece <= parts; piece += 1) {
    const Key = { shelf, entry: pieceEntry(entry, piece) }
    await table.documents.send(new DeleteCommand({ TableName: table.name, Key }))
  }
}
