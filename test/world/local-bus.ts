import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { DomainEvent } from '../../shared/events/domain-event.ts'

/** An event bus that keeps what it was told, and refuses what it is asked to. */
export interface LocalBus {
  readonly client: EventBridgeClient
  readonly endpoint: string
  readonly accepted: DomainEvent[]
  /** Entries refused from now on, although the answer is 200: the way EventBridge refuses. */
  refuse: (id: string) => boolean
  /** Entries that it says are wrong, whenever they come. */
  malformed: (id: string) => boolean
  /** A request with one of these is refused whole, as EventBridge refuses one that is too large. */
  invalid: (id: string) => boolean
  readonly stop: () => Promise<void>
}

interface Entry {
  readonly Detail: string
}

/** AWS: of all entries of a request. */
const MOST_BYTES = 1024 * 1024

export async function startBus(): Promise<LocalBus> {
  const accepted: DomainEvent[] = []
  const server = createServer(async (request, response) => {
    const { Entries } = JSON.parse(await text(request)) as { readonly Entries: readonly Entry[] }
    const ids = Entries.map(({ Detail }) => (JSON.parse(Detail) as DomainEvent).id)
    const bytes = Entries.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0)
    if (bytes > MOST_BYTES || ids.some(bus.invalid)) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
      return void response.end(JSON.stringify({ __type: 'ValidationException', message: 'too large' }))
    }
    const answers = Entries.map(({ Detail }) => {
      const event = JSON.parse(Detail) as DomainEvent
      if (bus.malformed(event.id)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
      if (bus.refuse(event.id)) return { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }
      accepted.push(event)
      return { EventId: String(accepted.length) }
    })
    const FailedEntryCount = answers.filter((answer) => 'ErrorCode' in answer).length
    response.setHeader('content-type', 'application/x-amz-json-1.1')
    response.end(JSON.stringify({ Entries: answers, FailedEntryCount }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new EventBridgeClient({ endpoint, region: 'eu-central-1', maxAttempts: 1 })
  const bus: LocalBus = {
    client,
    endpoint,
    accepted,
    refuse: () => false,
    malformed: () => false,
    invalid: () => false,
    stop: async () => {
      client.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return bus
}
