import type { Message } from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda'
import { REGION } from '../template/local-stack.ts'

/** A batch as a function gets it. */
export const sqsEvent = (messages: readonly Message[], queueArn: string): SQSEvent => ({
  Records: messages.map((message) => recordOf(message, queueArn)),
})

function recordOf(
  { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MD5OfBody = '', ...message }: Message,
  eventSourceARN: string,
): SQSRecord {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: attributesOf(message),
    md5OfBody: MD5OfBody,
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: REGION,
  }
}

/** What a sender attached. Binary values are base64 there. */
const attributesOf = ({ MessageAttributes = {} }: Message): SQSMessageAttributes =>
  Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue, BinaryValue, DataType = 'String' }]) => [
      name,
      {
        dataType: DataType as 'String',
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
      },
    ]),
  )

/** What a record has beside its body, roughly: its attributes, and a receipt handle. */
const ENVELOPE_BYTES = 1024

/** What a message takes of an invocation's payload, where its body is a text within JSON. */
export const payloadBytes = ({ Body = '' }: Message): number => Buffer.byteLength(JSON.stringify(Body)) + ENVELOPE_BYTES
