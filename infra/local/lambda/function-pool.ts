import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Answered, Invoke } from './protocol.ts'

/** A function, as the template says it. */
export interface FunctionPlan {
  readonly name: string
  /** Folder of the bundled asset. */
  readonly code: string
  /** `index.handler`. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  /** All that its process knows of the world. */
  readonly environment: Readonly<Record<string, string>>
}

/** The function's process ended, threw, or took too long. */
export class InvocationFailed extends Error {}

export interface FunctionPool {
  /** @throws InvocationFailed */
  readonly invoke: (event: unknown) => Promise<unknown>
  readonly stop: () => void
}

interface Worker {
  readonly process: ChildProcess
  readonly ready: Promise<void>
}

/** How long a bundle may take to load (AWS: ten seconds of init). */
const INIT_MS = 10_000

/**
 * Runs a function in processes of its own: one invocation at a time in each, another process when all are busy, idle
 * ones kept warm. How many there are is up to who invokes.
 */
export function functionPool(plan: FunctionPlan, onLine: (line: string) => void): FunctionPool {
  const idle: Worker[] = []
  const all = new Set<ChildProcess>()

  const begin = (): Worker => {
    const [file = 'index', exported = 'handler'] = plan.handler.split('.')
    const child = fork(new URL('process.ts', import.meta.url), [join(plan.code, `${file}.mjs`), exported], {
      env: { ...plan.environment },
      execArgv: [`--max-old-space-size=${plan.memoryMegabytes}`, '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    all.add(child)
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', onLine)
    const ready = new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new InvocationFailed(`${plan.name} did not load within ${INIT_MS} ms`)),
        INIT_MS,
      )
      child.once('message', () => {
        clearTimeout(late)
        resolve()
      })
      child.once('exit', (code) => {
        clearTimeout(late)
        all.delete(child)
        const place = idle.findIndex((worker) => worker.process === child)
        if (place >= 0) idle.splice(place, 1)
        reject(new InvocationFailed(`${plan.name} ended with status ${code} while loading`))
      })
    })
    ready.catch(() => child.kill('SIGKILL'))
    return { process: child, ready }
  }

  const invoke = async (event: unknown): Promise<unknown> => {
    const worker = idle.pop() ?? begin()
    await worker.ready
    const result = await invokeIn(worker.process, plan, event)
    idle.push(worker)
    return result
  }

  return {
    invoke,
    stop: () => {
      for (const child of all) child.kill('SIGKILL')
    },
  }
}

/** A process that failed in any way is not used again. */
function invokeIn(child: ChildProcess, { name, timeoutSeconds }: FunctionPlan, event: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const requestId = randomUUID()
    const timeoutMs = timeoutSeconds * 1000
    const fail = (message: string, kill: boolean): void => {
      finish()
      if (kill) child.kill('SIGKILL')
      reject(new InvocationFailed(`${name}: ${message}`))
    }
    const timer = setTimeout(() => fail(`timed out after ${timeoutSeconds} s`, true), timeoutMs)
    const onExit = (code: number | null, signal: string | null) =>
      fail(`its process ended (${signal ?? `status ${code}`})`, false)
    const onMessage = (answered: Answered): void => {
      if (answered.kind === 'ready' || answered.requestId !== requestId) return
      if (answered.kind === 'error') fail(answered.message, true)
      else {
        finish()
        resolve(answered.result)
      }
    }
    const finish = (): void => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
    }
    child.on('message', onMessage)
    child.once('exit', onExit)
    if (!child.connected) return fail('its process is gone', true)
    const message: Invoke = { requestId, event, deadline: Date.now() + timeoutMs }
    child.send(message)
  })
}
