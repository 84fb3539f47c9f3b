import { mkdir } from 'node:fs/promises'
import { connectStack, startStack } from '../local/stack.ts'
import type { Voice } from './say.ts'
import type { LocalStack } from './stack-access.ts'
import { stopSignal } from './stop-signal.ts'

/** Works with the stack that runs on the folder, or runs one for as long as the work takes. */
export async function withStack<T>(
  directory: string,
  voice: Voice,
  work: (stack: LocalStack) => Promise<T>,
): Promise<T> {
  const running = await connectStack(directory)
  if (running !== undefined) {
    voice.line(`Uses the stack that runs on ${directory}: ${running.apiUrl}`)
    return await work(running)
  }
  await mkdir(directory, { recursive: true })
  voice.line(`No stack runs on ${directory}; starts one for this …`)
  const signal = stopSignal()
  const stack = await startStack({ directory })
  const interrupted = signal.received.then(() => {
    throw new Error('interrupted; run it again to go on')
  })
  try {
    return await Promise.race([work(stack), interrupted])
  } finally {
    await stack.stop()
  }
}
