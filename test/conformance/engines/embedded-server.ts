import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'

/** The process of the embedded engine: says where it listens, and ends with the process that started it. */
const server = dynalite({ createTableMs: 0 })
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.once('disconnect', () => process.exit(0))
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
