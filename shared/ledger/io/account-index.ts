import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { AccountsTable } from './accounts-table.ts'

/**
 * Ids of accounts after one, in order, at most `limit`; fewer: there are no more.
 *
 * From the index `by-record`, which follows the table by a moment: for looking around, never for a decision.
 */
export async function listAccountIds(
  table: AccountsTable,
  after: string | undefined,
  limit: number,
): Promise<readonly string[]> {
  const { Items } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'by-record',
      KeyConditionExpression: '#record = :record AND account > :after',
      ExpressionAttributeNames: { '#record': 'record' },
      ExpressionAttributeValues: { ':record': 'account', ':after': after ?? '!' },
      Limit: limit,
    }),
  )
  return (Items ?? []).map((item) => String(item['account']))
}

/** The time zone an account was opened with; `undefined` without a record. By Query: all that a reader of logs is granted here. */
export async function readTimeZone(table: AccountsTable, account: string): Promise<string | undefined> {
  const { Items } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'account = :account AND #record = :record',
      ExpressionAttributeNames: { '#record': 'record' },
      ExpressionAttributeValues: { ':account': account, ':record': 'account' },
      ConsistentRead: true,
    }),
  )
  const [record] = Items ?? []
  return record && String(record['timeZone'])
}
