import { fork } from 'node:child_process'
import { once } from 'node:events'
import { EnginesFailed } from '../errors.ts'
import type { Change, EngineAddresses, EnginesPlan, FromEngines, ToEngines } from './protocol.ts'

export interface Engines {
  readonly addresses: EngineAddresses
  readonly unprocessed: readonly Change[]
  /** Called for each change from now on. */
  readonly onChange: (listener: (change: Change) => void) => void
  readonly processed: (table: string, number: number) => void
  readonly stop: () => Promise<void>
}

const STOP_MS = 2000

/**
 * @param onEnd called when the engines end without being asked to: nothing works from then on
 * @throws EnginesFailed
 */
export async function startEngines(plan: EnginesPlan, onEnd: (message: string) => void): Promise<Engines> {
  const child = fork(new URL('process.ts', import.meta.url), {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const send = (message: ToEngines): void => {
    if (child.connected) child.send(message)
  }
  const listeners: ((change: Change) => void)[] = []
  let isWorking = false
  const ready = new Promise<Extract<FromEngines, { kind: 'ready' }>>((resolve, reject) => {
    child.on('message', (message: FromEngines) => {
      if (message.kind === 'ready') {
        isWorking = true
        resolve(message)
      }
      if (message.kind === 'failed') reject(new EnginesFailed(message.message))
      if (message.kind === 'change') for (const listener of listeners) listener(message.change)
    })
    child.once('exit', (code, signal) => {
      const message = `the engines ended (${signal ?? `status ${code}`})`
      reject(new EnginesFailed(message))
      if (isWorking) onEnd(message)
    })
  })
  ready.catch(() => child.kill('SIGKILL'))
  send({ kind: 'start', plan })
  const { addresses, unprocessed } = await ready
  return {
    addresses,
    unprocessed,
    onChange: (listener) => {
      listeners.push(listener)
    },
    processed: (table, number) => send({ kind: 'processed', table, number }),
    stop: async () => {
      isWorking = false
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      send({ kind: 'stop' })
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
