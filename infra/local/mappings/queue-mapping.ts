import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { REGION } from '../template/local-stack.ts'

/** An SQS event source mapping, as the template says it. */
export interface QueueMappingPlan {
  readonly queueUrl: string
  readonly queueArn: string
  readonly batchSize: number
  readonly windowSeconds: number
  readonly maximumConcurrency: number
  readonly reportsBatchItemFailures: boolean
}

export interface Mapping {
  /** Takes nothing new; resolves when what runs has ended. */
  readonly stop: () => Promise<void>
}

/** AWS: the most of one invocation's payload, of one receive, and of one request of deletes. */
const PAYLOAD_BYTES = 6 * 1024 * 1024
const MESSAGES_A_REQUEST = 10

/** Receives at the same time while a batch fills. */
const RECEIVERS = 4
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
    if (running.size >= plan.maximumConcurrency) return
    const messages = full.shift()
    if (messages === undefined) return
    const handled = handle(plan, sqs, messages, invoke).catch((error: unknown) =>
      onError(error instanceof Error ? error.message : String(error)),
    )
    running.add(handled)
    void handled.finally(() => {
      running.delete(handled)
      begin()
    })
  }

  const receive = async (): Promise<void> => {
    while (!stopped) {
      while (full.length > 0) await Promise.race(running)
      const { Messages = [] } = await sqs
        .send(
          new ReceiveMessageCommand({
            QueueUrl: plan.queueUrl,
            MaxNumberOfMessages: Math.min(MESSAGES_A_REQUEST, plan.batchSize),
            WaitTimeSeconds: IDLE_WAIT_SECONDS,
            MessageSystemAttributeNames: ['All'],
            MessageAttributeNames: ['All'],
          }),
        )
        .catch((error: unknown) => {
          if (!stopped) onError(`the queue does not answer: ${error}`)
          return { Messages: [] }
        })
      for (const message of Messages) {
        const bytes = Buffer.byteLength(message.Body ?? '')
        if (batch.messages.length >= plan.batchSize || batch.bytes + bytes > PAYLOAD_BYTES) dispatch()
        if (batch.messages.length === 0) openWindow()
        batch.messages.push(message)
        batch.bytes += bytes
      }
      if (batch.messages.length >= plan.batchSize) dispatch()
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

async function handle(
  plan: QueueMappingPlan,
  sqs: SQSClient,
  messages: readonly Message[],
  invoke: (event: SQSEvent) => Promise<unknown>,
): Promise<void> {
  const answer = await invoke({ Records: messages.map((message) => recordOf(message, plan.queueArn)) })
  const failed = plan.reportsBatchItemFailures ? failedIds(answer, messages) : new Set<string>()
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''))
  for (let next = 0; next < done.length; next += MESSAGES_A_REQUEST) {
    const Entries = done
      .slice(next, next + MESSAGES_A_REQUEST)
      .map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle }))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: plan.queueUrl, Entries }))
  }
}

/**
 * AWS, "Implementing partial batch responses": nothing, or an empty list, is a complete success; an identifier that is
 * missing, empty or not of this batch is a complete failure.
 */
export function failedIds(answer: unknown, messages: readonly Message[]): ReadonlySet<string> {
  const all = new Set(messages.map(({ MessageId = '' }) => MessageId))
  const failures = (answer as Partial<SQSBatchResponse> | null | undefined)?.batchItemFailures
  if (failures === undefined || failures === null) return new Set()
  if (!Array.isArray(failures)) return all
  const ids = failures.map((failure) => (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier)
  return ids.every((id) => typeof id === 'string' && all.has(id)) ? new Set(ids as string[]) : all
}

function recordOf(
  { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MD5OfBody = '' }: Message,
  eventSourceARN: string,
): SQSRecord {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: REGION,
  }
}
