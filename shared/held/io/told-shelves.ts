import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Instant } from '../../time/instant.ts'
import type { HeldTable } from './held-table.ts'

/** Shelves that others were told of, since they were last empty. */
const TOLD = 'told'

/** When each was told last. */
export async function readTold(table: HeldTable): Promise<ReadonlyMap<string, Instant>> {
  const told = new Map<string, Instant>()
  let after: Readonly<Record<string, unknown>> | undefined
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'shelf = :told',
        ExpressionAttributeValues: { ':told': TOLD },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      }),
    )
    for (const item of Items) told.set(String(item['entry']), Number(item['at']))
    after = LastEvaluatedKey
  } while (after !== undefined)
  return told
}

export async function markTold(table: HeldTable, shelf: string, at: Instant): Promise<void> {
  await table.documents.send(new PutCommand({ TableName: table.name, Item: { shelf: TOLD, entry: shelf, at } }))
}

export async function forgetTold(table: HeldTable, shelf: string): Promise<void> {
  await table.documents.send(new DeleteCommand({ TableName: table.name, Key: { shelf: TOLD, entry: shelf } }))
}
