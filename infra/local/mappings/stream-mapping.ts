import { setTimeout as wait } from 'node:timers/promises'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import type { Change } from '../engines/protocol.ts'
import { InvocationFailed, messageOf } from '../lambda/function-process.ts'

/** A DynamoDB stream's event source mapping, as the template says it. */
export interface StreamMappingPlan {
  readonly table: string
  readonly batchSize: number
  readonly windowSeconds: number
  /** `undefined`: until it works. */
  readonly retries: number | undefined
  readonly bisects: boolean
  /** Where a batch goes that never worked. */
  readonly onFailureQueueUrl: string | undefined
}

const RETRY_PAUSE_MS = 500

/**
 * Feeds a function with a table's changes, in their order, as one shard: a batch that fails is tried again, in halves
 * where the template says so, and set aside after its retries.
 */
export class StreamMapping {
  readonly #plan: StreamMappingPlan
  readonly #sqs: SQSClient
  readonly #invoke: (event: DynamoDBStreamEvent) => Promise<unknown>
  readonly #processed: (change: Change) => void
  readonly #onError: (message: string) => void
  readonly #waiting: Change[] = []
  readonly #stopping = new AbortController()
  readonly #working: Promise<void>
  #wake: () => void = () => undefined

  /** Begins at once. */
  constructor(
    plan: StreamMappingPlan,
    sqs: SQSClient,
    invoke: (event: DynamoDBStreamEvent) => Promise<unknown>,
    processed: (change: Change) => void,
    onError: (message: string) => void,
  ) {
    this.#plan = plan
    this.#sqs = sqs
    this.#invoke = invoke
    this.#processed = processed
    this.#onError = onError
    this.#working = this.#work()
  }

  offer(change: Change): void {
    this.#waiting.push(change)
    this.#wake()
  }

  /** Takes nothing new; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await this.#working
  }

  async #work(): Promise<void> {
    const { batchSize, windowSeconds, retries = Number.POSITIVE_INFINITY } = this.#plan
    while (!this.#isStopped) {
      if (this.#waiting.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        continue
      }
      if (this.#waiting.length < batchSize) await this.#pause(windowSeconds * 1000)
      await this.#deliver(this.#waiting.splice(0, batchSize), retries)
    }
  }

  /** Half a batch has what is left of the whole one's retries (AWS: splitting a batch does not count as a retry). */
  async #deliver(batch: readonly Change[], retries: number): Promise<void> {
    for (let left = retries; !this.#isStopped; left -= 1) {
      try {
        await this.#invoke({ Records: batch.map(({ record }) => record) })
        for (const change of batch) this.#processed(change)
        return
      } catch (error) {
        if (this.#isStopped) return
        if (!(error instanceof InvocationFailed)) this.#onError(messageOf(error))
      }
      if (this.#plan.bisects && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2)
        await this.#pause(RETRY_PAUSE_MS)
        await this.#deliver(batch.slice(0, middle), left)
        return await this.#deliver(batch.slice(middle), left)
      }
      if (left <= 0) return await this.#setAside(batch)
      await this.#pause(RETRY_PAUSE_MS)
    }
  }

  async #setAside(batch: readonly Change[]): Promise<void> {
    const { table, onFailureQueueUrl: QueueUrl } = this.#plan
    try {
      if (QueueUrl !== undefined) {
        const MessageBody = JSON.stringify(placeOf(table, batch))
        await this.#sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
      }
      for (const change of batch) this.#processed(change)
    } catch (error) {
      // Not processed: the next start hands it over again.
      this.#onError(`changes of ${table} could not be set aside: ${messageOf(error)}`)
    }
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  /** Ends early when it is stopped. */
  async #pause(milliseconds: number): Promise<void> {
    await wait(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }
}

/** AWS: a failure destination gets the batch's position in the stream, not its content. */
const placeOf = (table: string, batch: readonly Change[]) => ({
  requestContext: { condition: 'RetryAttemptsExhausted' },
  version: '1.0',
  timestamp: new Date().toISOString(),
  DDBStreamBatchInfo: {
    shardId: 'shard-local',
    startSequenceNumber: batch[0]?.record.dynamodb?.SequenceNumber,
    endSequenceNumber: batch.at(-1)?.record.dynamodb?.SequenceNumber,
    batchSize: batch.length,
    streamArn: `table/${table}/stream/local`,
  },
})
