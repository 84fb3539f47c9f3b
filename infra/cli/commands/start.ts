import { setTimeout as wait } from 'node:timers/promises'
import { FolderInUse, PortTaken } from '../../local/errors.ts'
import { type RunningStack, type StackOptions, startStack } from '../../local/stack.ts'
import { continueDemo } from '../demo/continue-demo.ts'
import { showNextSteps } from '../demo/next-steps.ts'
import { makeDataFolder } from '../lib/data-folder.ts'
import { misused } from '../lib/failure.ts'
import { failureLine } from '../lib/failure-line.ts'
import { followNotices, noticesSoFar } from '../lib/follow-notices.ts'
import { runCommand } from '../lib/run-command.ts'
import { type Voice, voiceOn } from '../lib/say.ts'
import { readStartOptions, type StartOptions } from '../lib/start-options.ts'
import { stopSignal } from '../lib/stop-signal.ts'

/** What a stop may take before the process leaves anyhow. */
const STOP_MS = 4500

/** A runner that was told to stop a moment ago still holds the folder for as long. */
const LEAVING_MS = STOP_MS + 1000
const POLL_MS = 250

/** `npm start`: the whole product on this machine. */
async function start(argv: readonly string[]): Promise<number> {
  const options = readStartOptions(argv)
  const voice = voiceOn(process.stdout)
  const signal = stopSignal()
  await makeDataFolder(options.data)

  const starting = startUp(options, voice)
  const working = starting.then((stack) => work(stack, options, voice))
  try {
    const status = await Promise.race([signal.received, working])
    if (status !== STAYS) return status
    await signal.received
    return 0
  } finally {
    working.catch(() => undefined)
    await stop(starting, voice)
  }
}

/** Not an exit status: the work is done, and the stack stays until somebody stops it. */
const STAYS = -1

async function startUp({ data, port, newPorts }: StartOptions, voice: Voice): Promise<RunningStack> {
  voice.line('Starting: synthesizes the template, then runs it on embedded engines …')
  const begun = performance.now()
  const stack = await startWhenFree({
    directory: data,
    onFailure: (failure) => voice.line(failureLine(failure)),
    ports: { api: port, areNew: newPorts },
  })
  voice.line(`Running after ${((performance.now() - begun) / 1000).toFixed(1)} s: ${stack.apiUrl}`)
  return stack
}

/** @throws Failure for a port that is taken, FolderInUse when the runner that holds the folder is not about to leave it */
async function startWhenFree(options: StackOptions): Promise<RunningStack> {
  for (const until = Date.now() + LEAVING_MS; ; await wait(POLL_MS)) {
    try {
      return await startStack(options)
    } catch (error) {
      if (error instanceof PortTaken) throw misused(error.message)
      if (!(error instanceof FolderInUse) || Date.now() > until) throw error
    }
  }
}

async function work(stack: RunningStack, options: StartOptions, voice: Voice): Promise<number> {
  const said = await noticesSoFar(options.data)
  await continueDemo(stack, { directory: options.data, isWanted: options.demo, voice, output: process.stdout })
  if (options.exitAfterDemo) return 0
  await showNextSteps(stack, options.data, voice)
  followNotices(options.data, said, voice)
  return STAYS
}

async function stop(starting: Promise<RunningStack>, voice: Voice): Promise<void> {
  const stopping = starting.then(
    async (stack) => {
      voice.line('\nStopping …')
      await stack.stop()
      return true
    },
    // It never ran; why not is said elsewhere.
    () => undefined,
  )
  const isStopped = await Promise.race([stopping, wait(STOP_MS, false)])
  if (isStopped === true) voice.line('Stopped.')
  if (isStopped === false) voice.line('Stopped in the middle of something; the queue has it again at the next start.')
}

await runCommand(start)
