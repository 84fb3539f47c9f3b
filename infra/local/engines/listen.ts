import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that takes requests. */
export interface Listening {
  readonly address: string
  /** Ends its connections too. */
  readonly stop: () => void
}

/** Listens on this machine alone; a port of 0 is a free one. Keep-alive outlives the SDK's pauses. */
export async function listen(server: Server, port = 0): Promise<Listening> {
  server.keepAliveTimeout = 60_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
