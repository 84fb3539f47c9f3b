import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Engine } from './engine.ts'

/** As in dynamodb-local/pom.xml. */
export const OFFICIAL_VERSION = '3.3.1'

export const OFFICIAL_FOLDER = fileURLToPath(
  new URL(`../../../node_modules/.cache/dynamodb-local/${OFFICIAL_VERSION}`, import.meta.url),
)

const MAIN = 'software.amazon.dynamodb.services.local.main.ServerRunner'

/** Java takes a second or two; a machine at work takes longer. */
const STARTS_WITHIN_MS = 60_000

/**
 * Starts Amazon's DynamoDB Local, in memory, at a free port.
 *
 * @throws Error where it was not fetched, or Java does not start it
 */
export async function startOfficial(): Promise<Engine> {
  if (!existsSync(OFFICIAL_FOLDER)) {
    throw new Error('DynamoDB Local is not here: `npm run dynamodb-local` fetches it (needs Java 17 and Maven)')
  }
  const port = await freePort()
  const child = spawn(
    'java',
    [
      ...['-Xmx2g', `-Djava.library.path=${OFFICIAL_FOLDER}`, '-cp', join(OFFICIAL_FOLDER, '*')],
      ...[MAIN, '-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    ],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  )
  const ended = once(child, 'exit')
  const endStatus = ended.then(([status]) => status as number | null)
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const endpoint = `http://127.0.0.1:${port}`
  await untilAnswers(endpoint, endStatus)
  const stop = async () => {
    child.kill()
    await ended
    process.off('exit', kill)
  }
  return { name: 'official', endpoint, stop }
}

async function untilAnswers(endpoint: string, ended: Promise<number | null>): Promise<void> {
  let status: number | null | undefined
  void ended.then((value) => {
    status = value
  })
  const last = Date.now() + STARTS_WITHIN_MS
  while (status === undefined && Date.now() < last) {
    if (await fetch(endpoint).catch(() => undefined)) return
    await wait(100)
  }
  throw new Error(
    status === undefined ? 'DynamoDB Local does not answer' : `DynamoDB Local ended with status ${status}`,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
