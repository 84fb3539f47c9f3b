import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import type { HeldEventRecord } from './held-listing.ts'
import type { HeldTable } from './held-table.ts'

/**
 * Takes a parked event from its shelf, after it was charged or decided; not there any more, that is well.
 *
 * The entry goes first: pieces of an original without their entry are never read, an entry without its pieces could not be.
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
        ConditionExpression: 'fingerprint = :fingerprint',
        ExpressionAttributeValues: { ':fingerprint': fingerprint ?? '' },
      }),
    )
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return
    throw error
  }
  for (let part = 1; part <= parts; part += 1) {
    const piece = `${entry}#part-${String(part).padStart(4, '0')}`
    await table.documents.send(new DeleteCommand({ TableName: table.name, Key: { shelf, entry: piece } }))
  }
}
