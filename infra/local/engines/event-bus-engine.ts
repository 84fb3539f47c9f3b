import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, answer, arn, boundary, deny } from './access.ts'
import { listen } from './listen.ts'

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
 * No npm package emulates it. Rules that match events are not run; the runner refuses templates that have them.
 */
export async function startEventBusEngine(
  directory: string,
  buses: readonly string[],
  isAllowed: Access,
): Promise<{ readonly address: string; readonly stop: () => void }> {
  const server = boundary(({ accessKeyId, operation, input }, _, response) => {
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
    const results = entries.map((entry) => put(join(directory, 'events.jsonl'), buses, entry))
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length
    answer(response, 200, { FailedEntryCount, Entries: results })
  })
  const address = await listen(server)
  return {
    address,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A bus is named by its name or its ARN. */
const nameOf = (bus: string): string => bus.split('/').at(-1) ?? bus

function put(path: string, buses: readonly string[], entry: BusEntry) {
  const bus = nameOf(entry.EventBusName ?? 'default')
  if (!buses.includes(bus)) return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `no event bus ${bus}` }
  if (!entry.Source || !entry.DetailType)
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Source and DetailType are required' }
  const detail = objectIn(entry.Detail ?? '')
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }

  const EventId = crypto.randomUUID()
  const event = {
    id: EventId,
    time: new Date().toISOString(),
    bus,
    source: entry.Source,
    'detail-type': entry.DetailType,
    resources: entry.Resources ?? [],
    detail,
  }
  appendFileSync(path, `${JSON.stringify(event)}\n`)
  return { EventId }
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
