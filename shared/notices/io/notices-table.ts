import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { DAY_MS, type Instant, SECOND_MS } from '../../time/instant.ts'

/** Which notices went out, by event and way. */
export interface NoticesTable {
  readonly documents: Documents
  readonly name: string
}

/** `mail` goes to admins, `user-mail` to the user it is about. */
export type NoticeWay = 'mail' | 'user-mail' | 'webhook'

/** Far longer than a message lies in a queue or in its dead letters. */
const KEPT_MS = 90 * DAY_MS

/** Whether a claim of an event may have been forgotten: one that old might go out a second time. */
export const mayBeForgotten = (event: { readonly time: string }, now: Instant): boolean =>
  Date.parse(event.time) + KEPT_MS <= now

const keyOf = (event: string, way: NoticeWay): string => `${event}#${way}`

/** Takes an event's notice for oneself: of all that try, ever, one gets `true`. */
export async function claimNotice(table: NoticesTable, event: string, way: NoticeWay, now: Instant): Promise<boolean> {
  try {
    await table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: { notice: keyOf(event, way), at: now, expires_at: Math.ceil((now + KEPT_MS) / SECOND_MS) },
        ConditionExpression: 'attribute_not_exists(notice)',
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** Gives a claim back, where it is certain that nothing went out. */
export async function releaseNotice(table: NoticesTable, event: string, way: NoticeWay): Promise<void> {
  await table.documents.send(new DeleteCommand({ TableName: table.name, Key: { notice: keyOf(event, way) } }))
}

export async function isNoticed(table: NoticesTable, event: string, way: NoticeWay): Promise<boolean> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { notice: keyOf(event, way) }, ConsistentRead: true }),
  )
  return Item !== undefined
}
