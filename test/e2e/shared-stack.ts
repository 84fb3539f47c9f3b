import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { ensureRateCard } from '../../infra/cli/lib/first-rate-card.ts'
import { accessTo } from '../../infra/cli/lib/place.ts'
import { connectStack } from '../../infra/local/stack.ts'
import { launch, newFolder, removeFolder } from './command.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The data folder of the stack that the tests of commands share, each with an account of its own. */
    readonly shared: string
  }
}

/** What `npm start` of the shared stack said so far. */
export const saidIn = (directory: string): string => readFileSync(join(directory, 'said.txt'), 'utf8')

/** Runs one stack with the demo's prices for all tests of this project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = newFolder()
  const output = openSync(join(directory, 'said.txt'), 'w')
  const runner = launch('start', ['--data', directory, '--no-demo'], { output })
  for (;;) {
    const stack = await connectStack(directory)
    if (stack !== undefined) {
      await ensureRateCard((await accessTo(stack, 'operator')).api)
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  project.provide('shared', directory)
  return async () => {
    runner.signal('SIGTERM')
    await runner.ended
    removeFolder(directory)
  }
}
