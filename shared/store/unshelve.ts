import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import type { HeldEventRecord } from './held-listing.ts'
import type { HeldTable } from './held-table.ts'

/** Takes a parked event from its shelf, after it was charged or decided; not there any more, that is well. */
export async function unshelve(
  table: HeldTable,
  { shelf, entry, fingerprint = '' }: Pick<HeldEventRecord, 'shelf' | 'entry' | 'fingerprint'>,
): Promise<void> {
  try {
    await table.documents.send(
      new DeleteCommand({
        TableName: table.name,
        Key: { shelf, entry },
        ConditionExpression: 'fingerprint = :fingerprint',
        ExpressionAttributeValues: { ':fingerprint': fingerprint },
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
