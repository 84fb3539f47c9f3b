import { connectStack, startStack } from '../../local/stack.ts'
import { makeDataFolder } from './data-folder.ts'
import { Failure } from './failure.ts'
import type { Voice } from './say.ts'
import type { LocalStack } from './stack-access.ts'
import { stopSignal } from './stop-signal.ts'

/**
 * Works with the stack that runs on the folder, or runs one for as long as the work takes.
 *
 * @throws Failure after Ctrl-C; a stack that was started here is stopped first
 */
export async function withStack<T>(
  directory: string,
  voice: Voice,
  work: (stack: LocalStack) => Promise<T>,
): Promise<T> {
  const interrupted = stopSignal().received.then((exitCode): never => {
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
      // Why it did not start is said by whoever waited for it.
      () => undefined,
    )
  }
}
