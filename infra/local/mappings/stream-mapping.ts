import { setTimeout as wait } from 'node:timers/promises'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { Change } from '../engines/protocol.ts'
import type { Mapping } from './queue-mapping.ts'

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
  let stopped = false
  let wake: () => void = () => undefined

  const work = async (): Promise<void> => {
    while (!stopped) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      if (waiting.length < plan.batchSize) await wait(plan.windowSeconds * 1000)
      const batch = waiting.splice(0, plan.batchSize)
      await deliver(batch, plan.retries ?? Number.POSITIVE_INFINITY)
    }
  }

  const deliver = async (batch: readonly Change[], retries: number): Promise<void> => {
    if (stopped) return
    try {
      await invoke({ Records: batch.map(({ record }) => record) })
      for (const change of batch) processed(change)
    } catch (error) {
      onError(error instanceof Error ? error.message : String(error))
      if (retries <= 0) return await setAside(batch)
      await wait(RETRY_PAUSE_MS)
      const middle = plan.bisects ? Math.ceil(batch.length / 2) : batch.length
      await deliver(batch.slice(0, middle), retries - 1)
      if (middle < batch.length) await deliver(batch.slice(middle), retries - 1)
    }
  }

  const setAside = async (batch: readonly Change[]): Promise<void> => {
    if (plan.onFailureQueueUrl !== undefined) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: plan.onFailureQueueUrl,
          MessageBody: JSON.stringify(placeOf(batch.map(({ record }) => record))),
        }),
      )
    }
    for (const change of batch) processed(change)
  }

  const working = work()
  return {
    offer: (change) => {
      waiting.push(change)
      wake()
    },
    stop: async () => {
      stopped = true
      wake()
      await working
    },
  }
}

/** AWS: a failure destination is told where in the stream the batch stood, not what was in it. */
const placeOf = (records: readonly DynamoDBRecord[]) => ({
  DDBStreamBatchInfo: {
    shardId: 'shard-local',
    startSequenceNumber: records[0]?.dynamodb?.SequenceNumber,
    endSequenceNumber: records.at(-1)?.dynamodb?.SequenceNumber,
    batchSize: records.length,
  },
})
