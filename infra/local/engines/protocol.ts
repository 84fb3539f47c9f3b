import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import type { DynamoDBRecord } from 'aws-lambda'
import type { Ports } from '../kept-ports.ts'
import type { Permissions } from '../permissions.ts'
import type { StreamView } from './change-record.ts'

/** The first message to the engines' process. */
export interface EnginesPlan {
  readonly directory: string
  readonly ports: Ports
  readonly tables: readonly TablePlan[]
  readonly queues: readonly QueuePlan[]
  readonly buses: readonly string[]
  readonly buckets: readonly string[]
  readonly rules: readonly RulePlan[]
  readonly secrets: readonly SecretPlan[]
  /** Where the payment server tells of what happens. */
  readonly webhookUrl: string
  /** By access key id. A key that is not listed is the operator's, who may do everything. */
  readonly permissions: readonly (readonly [accessKeyId: string, permissions: Permissions])[]
}

export interface TablePlan {
  readonly create: CreateTableCommandInput & { readonly TableName: string }
  /** The content of its change records; `undefined`: the table has no stream. */
  readonly stream: StreamView | undefined
}

export interface QueuePlan {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Events of a bus that go into a queue: with one of these sources, and one of these types. */
export interface RulePlan {
  readonly bus: string
  readonly sources: readonly string[]
  readonly detailTypes: readonly string[]
  readonly queue: string
}

export interface SecretPlan {
  readonly arn: string
  /** A random secret of this many letters and digits; `undefined`: an operator fills it in, and here it gets the payment server's address. */
  readonly characters: number | undefined
  /** Which of the payment server's secrets it holds, where it is filled by hand. */
  readonly of: 'api' | 'webhook'
}

/** Where the engines listen, all on 127.0.0.1. `queues` is behind the permissions, `queueEngine` in front of none. */
export interface EngineAddresses {
  readonly dynamodb: string
  readonly queues: string
  readonly queueEngine: string
  readonly events: string
  readonly objects: string
  readonly secrets: string
  readonly payments: string
  readonly mail: string
  /** Where this machine's receiver of webhooks listens; `none` where nothing is signed. */
  readonly webhooks: string
}

/** One change of a table with a stream; `number` orders the changes of a table. */
export interface Change {
  readonly table: string
  readonly number: number
  readonly record: DynamoDBRecord
}

export type FromEngines =
  | { readonly kind: 'ready'; readonly addresses: EngineAddresses; readonly unprocessed: readonly Change[] }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'failed'; readonly message: string }

export type ToEngines =
  | { readonly kind: 'start'; readonly plan: EnginesPlan }
  | { readonly kind: 'processed'; readonly table: string; readonly number: number }
  | { readonly kind: 'stop' }
