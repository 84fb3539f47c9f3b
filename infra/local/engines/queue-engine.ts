import { join } from 'node:path'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  MessageNotInflight,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { ACCOUNT_ID, REGION } from '../template/local-stack.ts'
import { type Access, arn, boundary, deny, OPERATOR, pass, type ServiceRequest } from './access.ts'
import { listen } from './listen.ts'
import type { QueuePlan } from './protocol.ts'

export interface QueueEngine {
  /** Behind the permissions: what functions get. */
  readonly address: string
  /** The engine itself: what the event source mappings get. */
  readonly engineAddress: string
  /** What a rule of the event bus does. */
  readonly send: (queue: string, body: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** IAM knows an operation on a batch by the name of the single one. */
const actionOf = (operation: string): string => `sqs:${operation.replace(/Batch$/, '')}`

/** fauxqs on SQLite, behind a boundary that asks the callers' roles. */
export async function startQueueEngine(
  directory: string,
  queues: readonly QueuePlan[],
  isAllowed: Access,
  port?: number,
): Promise<QueueEngine> {
  await takeEveryCharacter()
  const engine = await startFauxqs({
    port: 0,
    host: '127.0.0.1',
    logger: false,
    dataDir: join(directory, 'sqs'),
    defaultRegion: REGION,
  })
  const engineAddress = `http://127.0.0.1:${engine.port}`
  const client = new SQSClient({ ...OPERATOR, endpoint: engineAddress, useQueueUrlAsEndpoint: false })
  // A queue comes after the dead-letter queue that it names.
  for (const queue of [...queues].sort(
    (a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes),
  )) {
    await prepare(engine, client, engineAddress, queue)
  }

  const server = boundary((asked, request, response) => {
    const { accessKeyId, operation, input } = asked
    const queue =
      String(input['QueueUrl'] ?? input['QueueName'] ?? '')
        .split('/')
        .at(-1) ?? ''
    const [action, resource] = [actionOf(operation), arn('sqs', queue)]
    if (!isAllowed(accessKeyId, action, resource)) return deny(response, accessKeyId, action, resource)
    pass(engineAddress, bodyOf(asked), request, response)
  })
  const listening = await listen(server, port)
  return {
    address: listening.address,
    engineAddress,
    send: async (queue, MessageBody) => {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl(engineAddress, queue), MessageBody }))
    },
    stop: async () => {
      client.destroy()
      listening.stop()
      await engine.stop()
    },
  }
}

export const queueUrl = (address: string, name: string): string => `${address}/${ACCOUNT_ID}/${name}`

/** fauxqs 2.4.1 with a database fails at a visibility timeout of 0, and loses the message until the next start: 1 it is. */
const SHORTEST_VISIBILITY_SECONDS = 1

function bodyOf({ operation, input, body }: ServiceRequest): Buffer {
  if (!operation.startsWith('ChangeMessageVisibility')) return body
  const shown = <T>(entry: T): T => {
    const { VisibilityTimeout: seconds } = entry as { readonly VisibilityTimeout?: unknown }
    return seconds === 0 ? { ...entry, VisibilityTimeout: SHORTEST_VISIBILITY_SECONDS } : entry
  }
  const entries = input['Entries']
  return Buffer.from(
    JSON.stringify({ ...shown(input), ...(Array.isArray(entries) && { Entries: entries.map(shown) }) }),
  )
}

/** Makes a queue, or sets its attributes. Messages that a killed runner had received become visible again. */
async function prepare(
  engine: FauxqsServer,
  client: SQSClient,
  address: string,
  { name, attributes }: QueuePlan,
): Promise<void> {
  const held = engine.inspectQueue(name)
  if (held === undefined) {
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes } }))
    return
  }
  const QueueUrl = queueUrl(address, name)
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { ...attributes } }))
  for (const { receiptHandle } of held.messages.inflight) {
    const change = { QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: SHORTEST_VISIBILITY_SECONDS }
    await client.send(new ChangeMessageVisibilityCommand(change)).catch((error: unknown) => {
      // Its timeout ran out while nothing ran: it is visible already.
      if (!(error instanceof MessageNotInflight)) throw error
    })
  }
}

/** AWS, SendMessage: `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`; the others are refused. */
const REFUSED = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/**
 * Lets the queue engine take every character that SQS takes.
 *
 * fauxqs 2.4.1 looks at halves of surrogate pairs, and so refuses what lies beyond the first plane: emoji, rare Chinese
 * characters. It has one pattern for all the ways a message comes in; in its place ours is asked.
 *
 * @throws Error when the engine no longer has this pattern: check whether it now takes these characters
 */
async function takeEveryCharacter(): Promise<void> {
  const types: unknown = await import(new URL('./sqs/sqsTypes.js', import.meta.resolve('fauxqs')).href)
  const { INVALID_MESSAGE_BODY_CHAR: pattern } = types as { readonly INVALID_MESSAGE_BODY_CHAR?: unknown }
  if (!(pattern instanceof RegExp)) throw new Error('fauxqs has no INVALID_MESSAGE_BODY_CHAR: is this still needed?')
  pattern.test = (text) => REFUSED.test(text)
}
