import { spawnSync } from 'node:child_process'
import { isAlive } from '../../local/folder-lock.ts'
import { type AttachedStack, connectStack, startStack } from '../../local/stack.ts'
import { makeDataFolder } from './data-folder.ts'
import { Failure } from './failure.ts'
import { voiceOn } from './voice.ts'

/**
 * Works with the stack that runs on the folder, or runs one for as long as the work takes.
 *
 * @throws Failure after Ctrl-C; a stack that was started here is stopped first
 */
export async function withStack<T>(directory: string, work: (stack: AttachedStack) => Promise<T>): Promise<T> {
  const voice = voiceOn(process.stderr)
  const interrupted = stopSignal().then((exitCode): never => {
    throw new Failure('interrupted; run it again to go on', exitCode)
  })
  await makeDataFolder(directory)
  const running = await connectStack(directory)
  if (running !== undefined) {
    voice.line(`Uses the stack that runs on ${directory}: ${running.apiUrl}`)
    return await Promise.race([work(running), interrupted])
  }
  voice.line(`No stack runs on ${directory}; runs one for this …`)
  const starting = startStack({ directory })
  try {
    return await Promise.race([starting.then(work), interrupted])
  } finally {
    await starting.then(
      (stack) => stack.stop(),
      // Its caller shows why it did not start.
      () => undefined,
    )
  }
}

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const
const POLL_MS = 200

/**
 * Waits for Ctrl-C, a terminal that closes, a supervisor's signal, or the end of the npm that runs this process: npm hands a
 * SIGKILL to no child, and a runner that is left behind would hold the folder against the next start.
 *
 * @returns the exit status that a shell expects: 128 + the signal's number
 */
export function stopSignal(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  for (const [signal, number] of Object.entries(NUMBERS)) process.on(signal, () => resolve(128 + number))
  if (process.env['npm_lifecycle_event'] !== undefined) watchNpm(() => resolve(128 + NUMBERS.SIGTERM))
  return promise
}

/** Some shells stay between npm and this process, others become it. */
function watchNpm(onGone: () => void): void {
  const parent = process.ppid
  const [grandparent, name] = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(parent)], { encoding: 'utf8' })
    .stdout?.trim()
    .split(/\s+/) ?? ['']
  const npm = /^(.*\/)?(sh|dash|bash|ash|zsh)$/.test(name ?? '') ? Number(grandparent) : parent
  setInterval(() => {
    if (process.ppid !== parent || !isAlive(npm)) onGone()
  }, POLL_MS).unref()
}
