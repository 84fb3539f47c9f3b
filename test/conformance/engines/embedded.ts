import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Engine } from './engine.ts'

const SERVER = fileURLToPath(new URL('embedded-server.ts', import.meta.url))

/** Starts the embedded engine, in memory, beside this process: what it needs of the processor is not this process's. */
export async function startEmbedded(): Promise<Engine> {
  const child = fork(SERVER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [endpoint] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([status]) => {
      throw new Error(`the embedded engine ended with status ${status} before it listened`)
    }),
  ])) as [string]
  const stop = async () => {
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  }
  return { name: 'embedded', endpoint, stop }
}
