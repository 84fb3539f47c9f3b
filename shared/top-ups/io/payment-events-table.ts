import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Documents } from '../../aws/document-client.ts'
import { DAY_MS, type Instant, SECOND_MS } from '../../time/instant.ts'

/** The provider's messages that were passed on: it sends each several times. Forgetting one costs a look, nothing else. */
export interface PaymentEventsTable {
  readonly documents: Documents
  readonly name: string
}

/** Stripe sends again for three days. */
const KEPT_MS = 7 * DAY_MS

export async function isKnownEvent(table: PaymentEventsTable, event: string): Promise<boolean> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { event }, ConsistentRead: true }),
  )
  return Item !== undefined
}

export async function rememberEvent(table: PaymentEventsTable, event: string, now: Instant): Promise<void> {
  const Item = { event, expires_at: Math.ceil((now + KEPT_MS) / SECOND_MS) }
  await table.documents.send(new PutCommand({ TableName: table.name, Item }))
}
