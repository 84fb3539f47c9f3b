import { setTimeout as wait } from 'node:timers/promises'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import type { Change } from '../engines/protocol.ts'
import { InvocationFailed } from '../lambda/function-process.ts'
import { type Mapping, messageOf } from './mapping.ts'

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

export interface StreamMapping extends Mapping {
  readonly offer: (change: Change) => void
}

const RETRY_PAUSE_MS = 500

/**
 * Feeds a function with a table's changes, in their order, as one shard: a batch that fails is tried again, in halves
 * where the template says so, and set aside after its retries.
 */
export function startStreamMapping(
  plan: StreamMappingPlan,
  sqs: SQSClient,
  invoke: (event: DynamoDBStreamEvent) => Promise<unknown>,
  processed: (change: Change) => void,
  onError: (message: string) => void,
): StreamMapping {
  const waiting: Change[] = []
  const stopping = new AbortController()
  const stopped = stopping.signal
  let wake: () => void = () => undefined

  /** A stop need not be waited for. */
  const pause = (milliseconds: number): Promise<void> =>
    wait(milliseconds, undefined, { signal: stopped }).catch(() => undefined)

  const work = async (): Promise<void> => {
    while (!stopped.aborted) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      if (waiting.length < plan.batchSize) await pause(plan.windowSeconds * 1000)
      await deliver(waiting.splice(0, plan.batchSize), plan.retries ?? Number.POSITIVE_INFINITY)
    }
  }

  /** Half a batch has what is left of the whole one's retries (AWS: splitting a batch does not count as a retry). */
  const deliver = async (batch: readonly Change[], retries: number): Promise<void> => {
    for (let left = retries; !stopped.aborted; left -= 1) {
      try {
        await invoke({ Records: batch.map(({ record }) => record) })
        for (const change of batch) processed(change)
        return
      } catch (error) {
        if (stopped.aborted) return
        if (!(error instanceof InvocationFailed)) onError(messageOf(error))
      }
      if (plan.bisects && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2)
        await pause(RETRY_PAUSE_MS)
        await deliver(batch.slice(0, middle), left)
        return await deliver(batch.slice(middle), left)
      }
      if (left <= 0) return await setAside(batch)
      await pause(RETRY_PAUSE_MS)
    }
  }

  const setAside = async (batch: readonly Change[]): Promise<void> => {
    try {
      if (plan.onFailureQueueUrl !== undefined) {
        const MessageBody = JSON.stringify(placeOf(plan.table, batch))
        await sqs.send(new SendMessageCommand({ QueueUrl: plan.onFailureQueueUrl, MessageBody }))
      }
      for (const change of batch) processed(change)
    } catch (error) {
      // Not processed: the next start hands it over again.
      onError(`changes of ${plan.table} could not be set aside: ${messageOf(error)}`)
    }
  }

  const working = work()
  return {
    offer: (change) => {
      waiting.push(change)
      wake()
    },
    stop: async () => {
      stopping.abort()
      wake()
      await working
    },
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
