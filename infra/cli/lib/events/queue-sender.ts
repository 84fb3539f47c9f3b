import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { MESSAGE_BYTES } from '../../../../shared/usage/limits.ts'
import { Unreachable } from '../failure.ts'
import type { Delivery, OutgoingEvent } from './outgoing-event.ts'

export interface QueueAccess {
  readonly sqs: SQSClient
  readonly url: string
}

/** Envelopes of about 100 events are cheapest (performance, "Cost"), and small enough to come back without much ado. */
const EVENTS_A_MESSAGE = 100

/** AWS: the most messages of one request; all of them together are as large as one message at most. */
const MESSAGES_A_REQUEST = 10
const TRIES = 5

export class EventTooLarge extends Error {}
class MessageRefused extends Error {}

/** A message to be: one event, or an array of them. */
export interface Envelope {
  readonly body: string
  readonly events: readonly OutgoingEvent[]
}

/**
 * Puts events into as few messages as their number and size allow, in their order.
 *
 * @throws EventTooLarge for one that no message can hold
 */
export function envelopesOf(events: readonly OutgoingEvent[]): readonly Envelope[] {
  const envelopes: Envelope[] = []
  let open: OutgoingEvent[] = []
  let bytes = 0
  const close = (): void => {
    if (open.length > 0) envelopes.push({ body: `[${open.map(({ text }) => text).join(',')}]`, events: open })
    open = []
    bytes = 0
  }
  for (const [place, event] of events.entries()) {
    const size = Buffer.byteLength(event.text) + 2
    if (size > MESSAGE_BYTES)
      throw new EventTooLarge(`event ${place + 1} has ${size - 2} bytes; a message holds ${MESSAGE_BYTES}`)
    if (event.isAlone) {
      close()
      envelopes.push({ body: event.text, events: [event] })
      continue
    }
    if (open.length === EVENTS_A_MESSAGE || bytes + size > MESSAGE_BYTES) close()
    open.push(event)
    bytes += size
  }
  close()
  return envelopes
}

/** Envelopes that one request may carry. */
export function requestsOf(envelopes: readonly Envelope[]): readonly (readonly Envelope[])[] {
  const requests: Envelope[][] = []
  let room = 0
  for (const envelope of envelopes) {
    const size = Buffer.byteLength(envelope.body)
    const last = requests.at(-1)
    if (last === undefined || last.length === MESSAGES_A_REQUEST || size > room) {
      requests.push([envelope])
      room = MESSAGE_BYTES - size
    } else {
      last.push(envelope)
      room -= size
    }
  }
  return requests
}

/**
 * Sends events to the queue; answers with where each of them is.
 *
 * When in doubt, send again: a second copy of an event is harmless, because of its identity.
 *
 * @throws EventTooLarge, MessageRefused, Unreachable, or what the SDK throws
 */
export async function sendEvents(
  { sqs, url }: QueueAccess,
  events: readonly OutgoingEvent[],
  onSent: (count: number) => void = () => undefined,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = []
  for (const request of requestsOf(envelopesOf(events))) {
    const messageIds = await sendRequest({ sqs, url }, request)
    for (const [place, envelope] of request.entries()) {
      const messageId = messageIds[place] ?? ''
      envelope.events.forEach((event, index) => {
        deliveries.push({ ...event, messageId, index })
      })
    }
    onSent(deliveries.length)
  }
  return deliveries
}

async function sendRequest({ sqs, url }: QueueAccess, envelopes: readonly Envelope[]): Promise<readonly string[]> {
  const messageIds: string[] = []
  let waiting: SendMessageBatchRequestEntry[] = envelopes.map(({ body }, place) => ({
    Id: String(place),
    MessageBody: body,
  }))
  for (let tried = 1; waiting.length > 0; tried += 1) {
    const { Successful = [], Failed = [] } = await reaching(
      url,
      sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: waiting })),
    )
    for (const { Id, MessageId } of Successful) messageIds[Number(Id)] = MessageId ?? ''
    const refused = Failed.find(({ SenderFault }) => SenderFault) ?? (tried === TRIES ? Failed[0] : undefined)
    if (refused !== undefined)
      throw new MessageRefused(`the queue refuses a message: ${refused.Code} ${refused.Message ?? ''}`)
    waiting = waiting.filter(({ Id }) => Failed.some((failed) => failed.Id === Id))
  }
  return messageIds
}

/** What the queue refuses has a status; where there is none, nothing answered. @throws Unreachable */
async function reaching<T>(url: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    const { httpStatusCode } = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {}
    throw httpStatusCode === undefined ? new Unreachable(`the queue ${url}`, error) : error
  }
}

/** Messages that wait, and messages that are being worked on or put off. */
export interface QueueDepth {
  readonly visible: number
  readonly inFlight: number
}

export async function queueDepth({ sqs, url }: QueueAccess): Promise<QueueDepth> {
  const asked = sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  )
  const { Attributes } = await reaching(url, asked)
  const count = (kind: '' | 'NotVisible' | 'Delayed'): number =>
    Number(Attributes?.[`ApproximateNumberOfMessages${kind}`] ?? 0)
  return { visible: count(''), inFlight: count('NotVisible') + count('Delayed') }
}
