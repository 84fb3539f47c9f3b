import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Permissions } from '../permissions.ts'
import { answer, arn, deny, isAllowed, readRequest } from './access.ts'
import { listen } from './listen.ts'

interface BusEntry {
  readonly EventBusName?: string
  readonly Source?: string
  readonly DetailType?: string
  readonly Detail?: string
}

/**
 * The part of EventBridge that functions use: PutEvents to the template's buses, written to `events.jsonl`.
 *
 * No npm package emulates it. Rules that match events are not run; the runner refuses templates that have them.
 */
export async function startEventBusEngine(
  directory: string,
  buses: readonly string[],
  permissions: ReadonlyMap<string, Permissions>,
): Promise<{ readonly address: string; readonly stop: () => void }> {
  const server = createServer((request, response) => {
    void readRequest(request).then(({ accessKeyId, operation, input }) => {
      const entries = (input['Entries'] ?? []) as readonly BusEntry[]
      if (operation !== 'PutEvents')
        return answer(response, 400, { __type: 'UnknownOperationException', message: operation })
      for (const { EventBusName = 'default' } of entries) {
        const resource = arn('events', `event-bus/${EventBusName}`)
        if (!isAllowed(permissions, accessKeyId, 'events:PutEvents', resource))
          return deny(response, accessKeyId, 'events:PutEvents', resource)
      }
      answer(response, 200, put(join(directory, 'events.jsonl'), buses, entries))
    })
  })
  const address = await listen(server)
  return {
    address,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function put(path: string, buses: readonly string[], entries: readonly BusEntry[]) {
  const results = entries.map(({ EventBusName = 'default', Source = '', DetailType = '', Detail = '{}' }) => {
    if (!buses.includes(EventBusName))
      return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `no event bus ${EventBusName}` }
    const EventId = crypto.randomUUID()
    const event = {
      id: EventId,
      time: new Date().toISOString(),
      bus: EventBusName,
      source: Source,
      'detail-type': DetailType,
      detail: JSON.parse(Detail) as unknown,
    }
    appendFileSync(path, `${JSON.stringify(event)}\n`)
    return { EventId }
  })
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results }
}
