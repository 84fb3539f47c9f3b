import { setTimeout as wait } from 'node:timers/promises'
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda'
import { InvocationFailed, messageOf } from '../lambda/function-process.ts'
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

/** AWS: the most of one invocation's payload, of one receive, and of one request of deletes. */
const PAYLOAD_BYTES = 6 * 1024 * 1024
const MESSAGES_A_REQUEST = 10

/** Requests at the same time: receives while a batch fills, and deletes of what was handled. */
const RECEIVERS = 4
const DELETERS = 4
const IDLE_WAIT_SECONDS = 1

/** How long a queue that does not answer is left alone. */
const UNREACHABLE_PAUSE_MS = 500

/**
 * Feeds a function from a queue as Lambda does: batches of up to `batchSize` messages or 6 MB, filled for at most the
 * window, at most `maximumConcurrency` invocations at a time; what the function handled is deleted, the rest comes
 * back by its visibility timeout.
 */
export class QueueMapping {
  readonly #plan: QueueMappingPlan
  readonly #sqs: SQSClient
  readonly #invoke: (event: SQSEvent) => Promise<unknown>
  readonly #onError: (message: string) => void
  readonly #running = new Set<Promise<void>>()
  readonly #full: (readonly Message[])[] = []
  readonly #receivers: readonly Promise<void>[]
  #batch: { readonly messages: Message[]; bytes: number } = { messages: [], bytes: 0 }
  #isStopped = false

  /** Begins at once. */
  constructor(
    plan: QueueMappingPlan,
    sqs: SQSClient,
    invoke: (event: SQSEvent) => Promise<unknown>,
    onError: (message: string) => void,
  ) {
    this.#plan = plan
    this.#sqs = sqs
    this.#invoke = invoke
    this.#onError = onError
    this.#receivers = Array.from({ length: RECEIVERS }, () => this.#receive())
  }

  /** Takes nothing new; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#full.length = 0
    await Promise.all([...this.#receivers, ...this.#running])
  }

  async #receive(): Promise<void> {
    while (!this.#isStopped) {
      while (this.#full.length > 0) await Promise.race(this.#running)
      try {
        for (const message of await receiveSome(this.#plan, this.#sqs)) this.#add(message)
        if (this.#batch.messages.length >= this.#plan.batchSize) this.#dispatch()
      } catch (error) {
        if (this.#isStopped) return
        this.#onError(`the queue does not answer: ${messageOf(error)}`)
        await wait(UNREACHABLE_PAUSE_MS)
      }
    }
  }

  #add(message: Message): void {
    const bytes = payloadBytes(message)
    if (this.#batch.messages.length >= this.#plan.batchSize || this.#batch.bytes + bytes > PAYLOAD_BYTES)
      this.#dispatch()
    const batch = this.#batch
    if (batch.messages.length === 0)
      setTimeout(() => {
        if (this.#batch === batch) this.#dispatch()
      }, this.#plan.windowSeconds * 1000)
    batch.messages.push(message)
    batch.bytes += bytes
  }

  #dispatch(): void {
    if (this.#batch.messages.length > 0) this.#full.push(this.#batch.messages)
    this.#batch = { messages: [], bytes: 0 }
    this.#begin()
  }

  #begin(): void {
    if (this.#isStopped || this.#running.size >= this.#plan.maximumConcurrency) return
    const messages = this.#full.shift()
    if (messages === undefined) return
    // What a function says when it fails is in its log already.
    const handled = handle(this.#plan, this.#sqs, messages, this.#invoke).catch((error: unknown) => {
      if (!(error instanceof InvocationFailed)) this.#onError(messageOf(error))
    })
    this.#running.add(handled)
    void handled.finally(() => {
      this.#running.delete(handled)
      this.#begin()
    })
  }
}

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
        stringValue: StringValue,
        binaryValue: BinaryValue === undefined ? undefined : Buffer.from(BinaryValue).toString('base64'),
        stringListValues: [],
        binaryListValues: [],
      },
    ]),
  )

/** What a record has beside its body, roughly: its attributes, and a receipt handle. */
const ENVELOPE_BYTES = 1024

/** What a message takes of an invocation's payload, where its body is a text within JSON. */
const payloadBytes = ({ Body = '' }: Message): number => Buffer.byteLength(JSON.stringify(Body)) + ENVELOPE_BYTES
