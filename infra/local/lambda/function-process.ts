import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'

/** To a function's process: one invocation at a time. */
export interface Invoke {
  readonly requestId: string
  readonly event: unknown
  /** When the function is stopped, ms since 1970. */
  readonly deadline: number
}

/** From it. A result is JSON, as Lambda hands it on; absent where the handler returned nothing. */
export type Answered =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly requestId: string; readonly json: string | undefined }
  | { readonly kind: 'error'; readonly requestId: string; readonly message: string }

/** A function, as the template says it. */
export interface FunctionPlan {
  readonly name: string
  /** The file of the bundled asset that exports the handler, and the export's name. */
  readonly file: string
  readonly exported: string
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  /** The most invocations at a time. */
  readonly concurrency: number
  /** All that its process knows of the world. */
  readonly environment: Readonly<Record<string, string>>
}

/** The function's process ended, threw, or took too long. */
export class InvocationFailed extends Error {}

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** How long a bundle may take to load (AWS: ten seconds of init). */
const INIT_MS = 10_000

export interface FunctionProcess {
  /** Resolves when the bundle is loaded. @throws InvocationFailed */
  readonly ready: Promise<void>
  /** One at a time. @throws InvocationFailed */
  readonly invoke: (event: unknown) => Promise<unknown>
  /** Lambda uses an environment again after its handler threw, not after it ended or took too long. */
  readonly isUsable: () => boolean
  readonly kill: () => void
}

export function startFunctionProcess(
  plan: FunctionPlan,
  onLine: (line: string) => void,
  onExit: () => void,
): FunctionProcess {
  const child = fork(new URL('process.ts', import.meta.url), [plan.file, plan.exported], {
    env: { ...plan.environment },
    execArgv: [`--max-old-space-size=${plan.memoryMegabytes}`, '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', onLine)
  child.once('exit', onExit)
  const ready = new Promise<void>((resolve, reject) => {
    const fail = (message: string): void => reject(new InvocationFailed(`${plan.name} ${message}`))
    const late = setTimeout(() => fail(`did not load within ${INIT_MS} ms`), INIT_MS)
    child.once('message', () => resolve())
    child.once('error', (error) => fail(`did not start: ${error.message}`))
    child.once('exit', (code, signal) => fail(`ended (${signal ?? `status ${code}`}) while loading`))
    child.once('exit', () => clearTimeout(late))
    child.once('message', () => clearTimeout(late))
  })
  ready.catch(() => child.kill('SIGKILL'))
  return {
    ready,
    invoke: (event) => invokeIn(child, plan, event),
    isUsable: () => child.connected && !child.killed,
    kill: () => child.kill('SIGKILL'),
  }
}

function invokeIn(child: ChildProcess, { name, timeoutSeconds }: FunctionPlan, event: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const requestId = randomUUID()
    const timeoutMs = timeoutSeconds * 1000
    const fail = (message: string): void => {
      finish()
      reject(new InvocationFailed(`${name}: ${message}`))
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail(`timed out after ${timeoutSeconds} s`)
    }, timeoutMs)
    const onExit = (code: number | null, signal: string | null) =>
      fail(`its process ended (${signal ?? `status ${code}`})`)
    const onMessage = (answered: Answered): void => {
      if (answered.kind === 'ready' || answered.requestId !== requestId) return
      if (answered.kind === 'error') fail(answered.message)
      else {
        finish()
        resolve(answered.json === undefined ? null : (JSON.parse(answered.json) as unknown))
      }
    }
    const finish = (): void => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
    }
    child.on('message', onMessage)
    child.once('exit', onExit)
    if (!child.connected) return fail('its process is gone')
    const message: Invoke = { requestId, event, deadline: Date.now() + timeoutMs }
    child.send(message)
  })
}
