import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import type { Instant } from '../../shared/time/instant.ts'
import type { Read } from '../../shared/usage/read-event.ts'
import { readMessage } from '../../shared/usage/read-message.ts'

/** The queue that messages come from, and go back to. */
export interface UsageQueue {
  readonly sqs: SQSClient
  readonly url: string
  /** From 0 to below 1. */
  readonly random: () => number
}

/** A message as the queue hands it over. */
export interface UsageMessage {
  readonly id: string
  readonly receiptHandle: string
  readonly body: string
  readonly sentAt: Instant
  /** How often it was received, this time included. */
  readonly receives: number
}

/** One event of a message, valid or not. */
export interface Delivered {
  readonly message: UsageMessage
  readonly read: Read
}

/** Reads every event of every message, in order. */
export function readBatch(records: readonly SQSRecord[], now: Instant): readonly Delivered[] {
  return records
    .map(toMessage)
    .flatMap((message) => readMessage(message.body, Math.max(now, message.sentAt)).map((read) => ({ message, read })))
}

function toMessage({ messageId, receiptHandle, body, attributes }: SQSRecord): UsageMessage {
  return {
    id: messageId,
    receiptHandle,
    body,
    sentAt: Number(attributes.SentTimestamp),
    receives: Number(attributes.ApproximateReceiveCount),
  }
}

/** AWS: the most entries of a batch request of SQS. */
const ENTRIES_A_REQUEST = 10

const LONGEST_DELAY_SECONDS = 300

/**
 * Makes messages visible again sooner than the queue's own timeout, later each time: twenty receives then outlast an outage of
 * an hour. Where a request fails its messages come back after the timeout.
 */
export async function bringForward({ sqs, url, random }: UsageQueue, messages: readonly UsageMessage[]): Promise<void> {
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
