import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import type { Random } from '../../world/random.ts'
import type { Machine } from '../engine/machine.ts'
import { HarnessError, type Network, type ServiceErrors } from '../engine/network.ts'
import type { Scheduler } from '../engine/scheduler.ts'

export interface QueueOptions {
  readonly visibilityMs: number
  readonly maxReceives: number
  /** A message is taken from among so many. */
  readonly disorder: number
  /** How likely a message is handed out and stays visible. */
  readonly twice: number
  /** How likely a deletion has no effect. */
  readonly lostDeletion: number
  /** How likely a deleted message comes again, within minutes. */
  readonly undead: number
}

interface Message {
  readonly id: string
  readonly body: string
  readonly sentAt: number
  receives: number
  /** Changes with each receive and each change of its visibility: what was scheduled before is void. */
  turn: number
  handle: string
  state: 'visible' | 'in-flight' | 'deleted' | 'dead'
}

/** A standard queue: at least once, in no order, with a dead-letter queue behind it. */
export interface Queue {
  readonly send: (id: string, body: string) => void
  readonly receive: (atMost: number) => readonly SQSRecord[]
  readonly remove: (records: readonly SQSRecord[]) => void
  readonly visible: () => number
  /** Not deleted and not dead. */
  readonly waiting: () => number
  readonly dead: () => readonly string[]
  readonly redrive: () => void
  readonly received: () => number
  readonly clientOf: (machine: Machine) => SQSClient
}

const errors: ServiceErrors = {
  throttle: () => serviceError('ThrottlingException', 400),
  serverError: () => serviceError('InternalError', 500),
}

const serviceError = (name: string, httpStatusCode: number) =>
  new SQSServiceException({ name, $fault: 'server', $metadata: { httpStatusCode }, message: name })

export interface QueueSetting {
  readonly clock: Scheduler
  readonly random: Random
  readonly network: Network
  readonly options: QueueOptions
  /** Whether the queue itself behaves badly now. */
  readonly isFaulty: () => boolean
  readonly onVisible: () => void
}

export function queueOf({ clock, random, network, options, isFaulty, onVisible }: QueueSetting): Queue {
  const messages = new Map<string, Message>()
  const byHandle = new Map<string, Message>()
  let visible: Message[] = []
  let first = 0
  let waiting = 0
  let received = 0
  let sent = 0
  const dead: Message[] = []
  const faulty = (probability: number): boolean => isFaulty() && random.chance(probability)

  const show = (message: Message): void => {
    message.state = 'visible'
    message.turn += 1
    visible.push(message)
    onVisible()
  }
  const hideFor = (message: Message, milliseconds: number): void => {
    message.turn += 1
    const { turn } = message
    clock.after(milliseconds, () => {
      if (message.turn === turn && message.state === 'in-flight') show(message)
    })
  }
  const recordOf = (message: Message): SQSRecord => {
    message.receives += 1
    received += 1
    message.handle = `${message.id}/${message.receives}`
    byHandle.set(message.handle, message)
    return {
      messageId: message.id,
      receiptHandle: message.handle,
      body: message.body,
      attributes: {
        SentTimestamp: String(Math.floor(message.sentAt)),
        ApproximateReceiveCount: String(message.receives),
        SenderId: 'publisher',
        ApproximateFirstReceiveTimestamp: String(Math.floor(clock.now())),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:usage',
      awsRegion: 'eu-central-1',
    }
  }
  const takeOne = (): Message => {
    const among = Math.min(options.disorder, visible.length - first)
    const place = first + (among > 1 ? random.below(among) : 0)
    const message = visible[place]!
    visible[place] = visible[first]!
    first += 1
    if (first > 1000 && first * 2 > visible.length) {
      visible = visible.slice(first)
      first = 0
    }
    return message
  }
  const receive: Queue['receive'] = (atMost) => {
    const records: SQSRecord[] = []
    while (records.length < atMost && visible.length > first) {
      const message = takeOne()
      if (message.state !== 'visible') continue
      if (message.receives >= options.maxReceives) {
        message.state = 'dead'
        waiting -= 1
        dead.push(message)
        continue
      }
      message.state = 'in-flight'
      records.push(recordOf(message))
      if (faulty(options.twice)) show(message)
      else hideFor(message, options.visibilityMs)
    }
    return records
  }
  const remove: Queue['remove'] = (records) => {
    for (const { messageId } of records) {
      const message = messages.get(messageId)
      if (message === undefined || message.state === 'deleted') continue
      if (faulty(options.lostDeletion)) continue
      if (message.state !== 'dead') waiting -= 1
      message.state = 'deleted'
      message.turn += 1
      if (!faulty(options.undead)) continue
      waiting += 1
      message.state = 'in-flight'
      hideFor(message, random.between(0, 600_000))
    }
  }
  const put: Queue['send'] = (id, body) => {
    const message: Message = { id, body, sentAt: clock.now(), receives: 0, turn: 0, handle: '', state: 'visible' }
    messages.set(id, message)
    waiting += 1
    show(message)
  }
  const clientOf = (machine: Machine): SQSClient => {
    const send = async (command: unknown): Promise<unknown> => {
      if (command instanceof SendMessageCommand) {
        const body = command.input.MessageBody ?? ''
        return await network.call(machine, { what: `send ${body}`, attempts: 2, errors }, () => {
          sent += 1
          put(`${machine.role}-${sent}`, body)
          return {}
        })
      }
      if (!(command instanceof ChangeMessageVisibilityBatchCommand)) {
        const error = new HarnessError(`not simulated: ${String(command?.constructor?.name)}`)
        network.refuse(error)
        throw error
      }
      const entries = command.input.Entries ?? []
      return await network.call(machine, { what: `hide ${entries.length} messages`, attempts: 2, errors }, () => {
        const isStale = ({ ReceiptHandle }: { ReceiptHandle?: string | undefined }) => {
          const message = byHandle.get(ReceiptHandle ?? '')
          return message?.state !== 'in-flight' || message.handle !== ReceiptHandle
        }
        for (const entry of entries) {
          if (isStale(entry)) continue
          hideFor(byHandle.get(entry.ReceiptHandle ?? '')!, (entry.VisibilityTimeout ?? 0) * 1000)
        }
        const failed = entries.filter(isStale)
        return { Failed: failed.map(({ Id }) => ({ Id, SenderFault: true, Code: 'MessageNotInflight' })) }
      })
    }
    return { send } as unknown as SQSClient
  }
  return {
    send: put,
    receive,
    remove,
    visible: () => visible.length - first,
    waiting: () => waiting,
    dead: () => dead.map(({ id }) => id),
    redrive: () => {
      for (const message of dead.splice(0)) {
        if (message.state !== 'dead') continue
        waiting += 1
        message.receives = 0
        show(message)
      }
    },
    received: () => received,
    clientOf,
  }
}
