import type { SQSRecord } from 'aws-lambda'
import type { Instant } from '../../shared/time/instant.ts'
import type { Read } from '../../shared/usage/read-event.ts'
import { readMessage } from '../../shared/usage/read-message.ts'

/** A message as the queue hands it over. */
export interface Message {
  readonly id: string
  readonly receiptHandle: string
  readonly body: string
  readonly sentAt: Instant
  /** How often it was received, this time included. */
  readonly receives: number
}

/** One event of a message, or what stands where an event should. */
export interface Delivered {
  readonly message: Message
  readonly read: Read
}

/** Every event of every message, in order. Reads; judges nothing but form and time. */
export function readBatch(records: readonly SQSRecord[], now: Instant): readonly Delivered[] {
  return records
    .map(toMessage)
    .flatMap((message) => readMessage(message.body, Math.max(now, message.sentAt)).map((read) => ({ message, read })))
}

function toMessage({ messageId, receiptHandle, body, attributes }: SQSRecord): Message {
  return {
    id: messageId,
    receiptHandle,
    body,
    sentAt: Number(attributes.SentTimestamp),
    receives: Number(attributes.ApproximateReceiveCount),
  }
}
