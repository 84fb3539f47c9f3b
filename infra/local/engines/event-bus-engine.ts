import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACCOUNT_ID, REGION } from '../template/local-stack.ts'
import { type Access, answer, arn, boundary, deny } from './access.ts'
import { type Listening, listen } from './listen.ts'
import type { EnginesPlan, RulePlan } from './protocol.ts'

interface BusEntry {
  readonly EventBusName?: string
  readonly Source?: string
  readonly DetailType?: string
  readonly Detail?: string
  readonly Resources?: readonly string[]
}

/** AWS: the most entries of one request. */
const ENTRIES_A_REQUEST = 10

/**
 * The part of EventBridge that functions use: PutEvents to the template's buses, written to `events.jsonl`.
 *
 * No npm package emulates it. What a rule matches is in its queue before PutEvents is answered.
 */
export async function startEventBusEngine(
  directory: string,
  { buses, rules }: Pick<EnginesPlan, 'buses' | 'rules'>,
  send: (queue: string, body: string) => Promise<void>,
  isAllowed: Access,
  port: number,
): Promise<Listening> {
  const server = boundary(async ({ accessKeyId, operation, input }, _, response) => {
    const entries = (input['Entries'] ?? []) as readonly BusEntry[]
    if (operation !== 'PutEvents')
      return answer(response, 400, { __type: 'UnknownOperationException', message: operation })
    if (entries.length === 0 || entries.length > ENTRIES_A_REQUEST)
      return answer(response, 400, { __type: 'ValidationException', message: `${entries.length} entries` })
    for (const { EventBusName = 'default' } of entries) {
      const resource = arn('events', `event-bus/${nameOf(EventBusName)}`)
      if (!isAllowed(accessKeyId, 'events:PutEvents', resource))
        return deny(response, accessKeyId, 'events:PutEvents', resource)
    }
    const results = await Promise.all(
      entries.map(async (entry) => {
        const event = read(buses, entry)
        if ('ErrorCode' in event) return event
        appendFileSync(join(directory, 'events.jsonl'), `${JSON.stringify(event)}\n`)
        const queues = rules.filter((rule) => isMatched(rule, event)).map(({ queue }) => queue)
        await Promise.all(queues.map((queue) => send(queue, JSON.stringify(asDelivered(event)))))
        return { EventId: event.id }
      }),
    )
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length
    answer(response, 200, { FailedEntryCount, Entries: results })
  })
  return await listen(server, port)
}

/** A bus is named by its name or its ARN. */
const nameOf = (bus: string): string => bus.split('/').at(-1) ?? bus

interface BusEvent {
  readonly id: string
  readonly time: string
  readonly bus: string
  readonly source: string
  readonly 'detail-type': string
  readonly resources: readonly string[]
  readonly detail: object
}

function read(
  buses: readonly string[],
  entry: BusEntry,
): BusEvent | { readonly ErrorCode: string; readonly ErrorMessage: string } {
  const bus = nameOf(entry.EventBusName ?? 'default')
  if (!buses.includes(bus)) return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `no event bus ${bus}` }
  if (!entry.Source || !entry.DetailType)
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Source and DetailType are required' }
  const detail = objectIn(entry.Detail ?? '')
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  return {
    id: crypto.randomUUID(),
    time: new Date().toISOString(),
    bus,
    source: entry.Source,
    'detail-type': entry.DetailType,
    resources: entry.Resources ?? [],
    detail,
  }
}

const isMatched = ({ bus, sources, detailTypes }: RulePlan, event: BusEvent): boolean =>
  bus === event.bus && sources.includes(event.source) && detailTypes.includes(event['detail-type'])

/** As a target gets it. */
const asDelivered = ({ bus: _, ...event }: BusEvent) => ({
  version: '0',
  account: ACCOUNT_ID,
  region: REGION,
  ...event,
})

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
