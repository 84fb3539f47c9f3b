import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { DomainEvent } from '../../../shared/events/domain-event.ts'

/** An event bus that keeps what it was told, and refuses what it is asked to. */
export interface LocalBus {
  readonly client: EventBridgeClient
  readonly endpoint: string
  readonly accepted: DomainEvent[]
  /** Entries refused from now on, although the answer is 200: the way EventBridge refuses. */
  refuse: (id: string) => boolean
  readonly stop: () => Promise<void>
}

interface Entry {
  readonly Detail: string
}

export async function startBus(): Promise<LocalBus> {
  const accepted: DomainEvent[] = []
  const server = createServer(async (request, response) => {
    const { Entries } = JSON.parse(await text(request)) as { readonly Entries: readonly Entry[] }
    const answers = Entries.map(({ Detail }) => {
      const event = JSON.parse(Detail) as DomainEvent
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
    stop: async () => {
      client.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return bus
}
