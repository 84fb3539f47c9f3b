import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Documents } from '../../../shared/aws/document-client.ts'
import type { Page } from '../../../shared/ledger/page/page.ts'
import type { UsageEvent } from '../../../shared/usage/usage-event.ts'

/** The one client of a run: both of its faces talk through the same wire, which is metered. */
export interface Clients {
  readonly client: DynamoDBClient
  readonly documents: Documents
}

/** Charges events of one account, in one commit where the design can. */
type Charge = (account: string, events: readonly UsageEvent[]) => Promise<void>

/** A way to charge usage exactly once, or nearly. */
export interface Design {
  readonly name: string
  readonly eventsACommit: number
  /** What becomes of it when a process dies or an answer is lost. */
  readonly exactlyOnce: string
  /** More commits than this a run does not need. */
  readonly commits: number
  /** A process of its own: what it keeps warm is its own. */
  readonly process: (clients: Clients) => Charge
  /** What an account begins with, in the log's table. */
  readonly firstPage?: (account: string) => Page
}

export const tableKeys = {
  ledger: ['account', 'entry'],
  balances: ['account'],
  idempotency: ['id'],
} as const
