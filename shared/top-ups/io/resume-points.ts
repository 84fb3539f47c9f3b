import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Instant } from '../../time/instant.ts'
import type { TopUpsTable } from './top-ups-table.ts'

/** No account can be called so. */
const HOLDER = '#reconcile'

/** Where each part of a reconciliation that ran out of time has to go on, by the part's name. */
export async function readResumePoints(table: TopUpsTable): Promise<ReadonlyMap<string, Instant>> {
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'account = :account',
      ExpressionAttributeValues: { ':account': HOLDER },
      ConsistentRead: true,
    }),
  )
  return new Map(
    Items.flatMap((item) => (item['at'] === undefined ? [] : [[String(item['top_up']), Number(item['at'])] as const])),
  )
}

/** @param at `undefined`: it got through, the next run begins anew */
export async function keepResumePoint(table: TopUpsTable, part: string, at: Instant | undefined): Promise<void> {
  const item = { account: HOLDER, top_up: part, ...(at !== undefined && { at }) }
  await table.documents.send(new PutCommand({ TableName: table.name, Item: item }))
}
