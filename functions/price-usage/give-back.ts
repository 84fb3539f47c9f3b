import { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse } from 'aws-lambda'
import type { Fated } from './hold-events.ts'
import type { Ports } from './ports.ts'
import type { Message } from './read-batch.ts'

/** AWS: the most entries of a batch request of SQS. */
const ENTRIES_A_REQUEST = 10

const LONGEST_DELAY_SECONDS = 300

/**
 * Answers the batch: a message with an event that was neither charged nor held goes back, sooner than the queue's own
 * visibility timeout, later each time: twenty receives then outlast an outage of an hour.
 */
export async function giveBack({ queue }: Pick<Ports, 'queue'>, fated: readonly Fated[]): Promise<SQSBatchResponse> {
  const messages = new Map(
    fated.filter(({ fate }) => fate.kind === 'given-back').map(({ message }) => [message.id, message]),
  )
  await bringForward(queue, [...messages.values()])
  return { batchItemFailures: [...messages.keys()].map((itemIdentifier) => ({ itemIdentifier })) }
}

/** Only a matter of time: where it fails the messages come back by themselves after the visibility timeout. */
async function bringForward({ sqs, url, random }: Ports['queue'], messages: readonly Message[]): Promise<void> {
  for (let next = 0; next < messages.length; next += ENTRIES_A_REQUEST) {
    const Entries = messages.slice(next, next + ENTRIES_A_REQUEST).map(({ receiptHandle, receives }, place) => ({
      Id: String(place),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: delaySeconds(receives, random()),
    }))
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })).catch(() => undefined)
  }
}

/** 2, 4, 8 … 300 seconds, spread over the upper half so that messages do not come back in step. */
function delaySeconds(receives: number, random: number): number {
  const longest = Math.min(2 ** receives, LONGEST_DELAY_SECONDS)
  return Math.ceil(longest / 2 + (random * longest) / 2)
}
