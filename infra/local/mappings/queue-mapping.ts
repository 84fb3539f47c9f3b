import { setTimeout as wait } from 'node:timers/promises'
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda'
import { InvocationFailed } from '../lambda/function-process.ts'
import { REGION } from '../template/local-stack.ts'
import { failedIds } from './batch-answer.ts'
import { type Mapping, messageOf, UNREACHABLE_PAUSE_MS } from './mapping.ts'

/** An SQS event source mapping, as the template says it. */
export interface QueueMappingPlan {
  readonly queueUrl: string
  readonly queueArn: string
  readonly batchSize: number
  readonly windowSeconds: number
  readonly maximumConcurrency: number
  readonly reportsBatchItemFailures: boolean
}

/** AWS: the most of one invocation's payload, of one receive, and of one request of deletes. */
const PAYLOAD_BYTES = 6 * 1024 * 1024
const MESSAGES_A_REQUEST = 10

/** Requests at the same time: receives while a batch fills, and deletes of what was handled. */
const RECEIVERS = 4
const DELETERS = 4
const IDLE_WAIT_SECONDS = 1

/**
 * Feeds a function from a queue as Lambda does: batches of up to `batchSize` messages or 6 MB, filled for at most the
 * window, at most `maximumConcurrency` invocations at a time; what the function handled is deleted, the rest comes
 * back by its visibility timeout.
 */
export function startQueueMapping(
  plan: QueueMappingPlan,
  sqs: SQSClient,
  invoke: (event: SQSEvent) => Promise<unknown>,
  onError: (message: string) => void,
): Mapping {
  const running = new Set<Promise<void>>()
  const full: (readonly Message[])[] = []
  let stopped = false
  let batch = emptyBatch()

  const dispatch = (): void => {
    if (batch.messages.length > 0) full.push(batch.messages)
    batch = emptyBatch()
    begin()
  }

  const begin = (): void => {
    if (stopped || running.size >= plan.maximumConcurrency) return
    const messages = full.shift()
    if (messages === undefined) return
    // What a function says when it fails is in its log already.
    const handled = handle(plan, sqs, messages, invoke).catch((error: unknown) => {
      if (!(error instanceof InvocationFailed)) onError(messageOf(error))
    })
    running.add(handled)
    void handled.finally(() => {
      running.delete(handled)
      begin()
    })
  }

  const add = (message: Message): void => {
    const bytes = payloadBytes(message)
    if (batch.messages.length >= plan.batchSize || batch.bytes + bytes > PAYLOAD_BYTES) dispatch()
    if (batch.messages.length === 0) openWindow()
    batch.messages.push(message)
    batch.bytes += bytes
  }

  const receive = async (): Promise<void> => {
    while (!stopped) {
      while (full.length > 0) await Promise.race(running)
      try {
        for (const message of await receiveSome(plan, sqs)) add(message)
        if (batch.messages.length >= plan.batchSize) dispatch()
      } catch (error) {
        if (stopped) return
        onError(`the queue does not answer: ${messageOf(error)}`)
        await wait(UNREACHABLE_PAUSE_MS)
      }
    }
  }

  const openWindow = (): void => {
    const opened = batch
    setTimeout(() => {
      if (batch === opened) dispatch()
    }, plan.windowSeconds * 1000)
  }

  const receivers = Array.from({ length: RECEIVERS }, receive)
  return {
    stop: async () => {
      stopped = true
      full.length = 0
      await Promise.all([...receivers, ...running])
    },
  }
}

const emptyBatch = () => ({ messages: [] as Message[], bytes: 0 })

async function receiveSome({ queueUrl, batchSize }: QueueMappingPlan, sqs: SQSClient): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(MESSAGES_A_REQUEST, batchSize),
      WaitTimeSeconds: IDLE_WAIT_SECONDS,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  )
  return Messages
}

async function handle(
  plan: QueueMappingPlan,
  sqs: SQSClient,
  messages: readonly Message[],
  invoke: (event: SQSEvent) => Promise<unknown>,
): Promise<void> {
  const answer = await invoke(sqsEvent(messages, plan.queueArn))
  const failed = plan.reportsBatchItemFailures ? failedIds(answer, messages) : new Set<string>()
  const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId))
  let next = 0
  const remove = async (): Promise<void> => {
    while (next < done.length) {
      const some = done.slice(next, next + MESSAGES_A_REQUEST)
      next += MESSAGES_A_REQUEST
      const Entries = some.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle }))
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: plan.queueUrl, Entries }))
    }
  }
  await Promise.all(Array.from({ length: DELETERS }, remove))
}

/** A batch as a function gets it. */
const sqsEvent = (messages: readonly Message[], queueArn: string): SQSEvent => ({
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
const payloadBytes = ({ Body = '' }: Message): number => Buffer.byteLength(JSON.stringify(Body)) + ENVELOPE_BYTES
