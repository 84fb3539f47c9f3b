import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PortTaken } from './errors.ts'
import { holderOf } from './folder-lock.ts'

/** The servers of a stack whose addresses people and programs may have stored. */
const names = ['api', 'queues', 'dynamodb', 'events', 'objects', 'secrets', 'payments', 'mail', 'webhooks'] as const
type PortName = (typeof names)[number]
export type Ports = Readonly<Record<PortName, number>>

export interface WantedPorts {
  /** `undefined`: the one that it had, or a free one. */
  readonly api?: number | undefined
  /** Takes other ones than the folder had. */
  readonly areNew?: boolean | undefined
}

/** Below those that the system gives to connections (Linux from 32768 on), which come and go while a stack is stopped. */
const FIRST = 20_000
const COUNT = 10_000

/** The engines of a killed runner end by themselves, but not in the same moment. */
const PREDECESSOR_MS = 5000

/**
 * The ports of a data folder: chosen once and kept in `ports.json`, so that addresses and tokens hold over restarts.
 *
 * @throws PortTaken where another program has one of them
 */
export async function keptPorts(directory: string, { api, areNew = false }: WantedPorts): Promise<Ports> {
  const path = join(directory, 'ports.json')
  const kept: Partial<Record<PortName, number>> = { ...(areNew ? {} : read(path)), ...(api !== undefined && { api }) }
  const ports: Partial<Record<PortName, number>> = {}
  for (const name of names) {
    const port = kept[name]
    if (port !== undefined) await checkFree(directory, name, port)
    ports[name] = port ?? (await freePort(new Set([...Object.values(kept), ...Object.values(ports)])))
  }
  writeFileSync(`${path}.new`, JSON.stringify(ports, null, 2))
  renameSync(`${path}.new`, path)
  return ports as Ports
}

/** @throws PortTaken */
async function checkFree(directory: string, name: PortName, port: number): Promise<void> {
  for (const until = Date.now() + PREDECESSOR_MS; ; await wait(50)) {
    const fault = await faultOf(port)
    if (fault === undefined) return
    const isPredecessor = holderOf(directory, 'engines.lock') !== undefined && Date.now() < until
    if (!isPredecessor) throw new PortTaken(name, port, fault)
  }
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (!taken.has(port) && (await faultOf(port)) === undefined) return port
  }
}

/** Why nothing can listen there; `undefined`: it can. */
async function faultOf(port: number): Promise<'in use' | 'not for this user' | undefined> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') return 'in use'
    if (code === 'EACCES') return 'not for this user'
    throw error
  } finally {
    server.close()
  }
}

function read(path: string): Partial<Record<PortName, number>> {
  try {
    const ports = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>
    return Object.fromEntries(names.flatMap((name) => (isPort(ports[name]) ? [[name, ports[name]]] : [])))
  } catch {
    return {}
  }
}

const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536
