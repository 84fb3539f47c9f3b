import { setTimeout as wait } from 'node:timers/promises'
import { Option } from '@commander-js/extra-typings'
import { FolderInUse, PortTaken } from '../../local/errors.ts'
import { type FunctionFailure, type RunningStack, type StackOptions, startStack } from '../../local/stack.ts'
import { continueDemo } from '../demo/continue-demo.ts'
import { showNextSteps } from '../demo/next-steps.ts'
import { newCommand } from '../lib/command.ts'
import { makeDataFolder } from '../lib/data-folder.ts'
import { misused } from '../lib/failure.ts'
import { NoticeFollower } from '../lib/notice-follower.ts'
import { noStage, OPTIONS, readNumber } from '../lib/options.ts'
import { type Voice, voiceOn } from '../lib/voice.ts'
import { stopSignal } from '../lib/with-stack.ts'

/** What a stop may take before the process leaves anyhow. */
const STOP_MS = 4500

/** How long to wait for a runner that was just stopped: it still holds the folder. */
const LEAVING_MS = STOP_MS + 1000
const POLL_MS = 250

/** `groschen start`: the whole product on this machine. */
export const start = newCommand(
  'start',
  'Runs Groschen on this machine: our own CloudFormation template on embedded engines, with a demo the first time. Goes on with the data of the folder, under the same ports.',
  'npx groschen start --data ./try --port 8080',
)
  .addOption(OPTIONS.data)
  .addOption(noStage('start runs a stack on this machine; npx cdk deploy --context stage=NAME deploys a stage'))
  .option('--port <n>', 'the port of the API; without it the one it had', readNumber(65_535, 'a port from 1 to 65535'))
  .option('--new-ports', 'other ports than the folder had', false)
  .addOption(new Option('--exit-after-demo', 'leave after the demo').default(false).conflicts('demo'))
  .option('--no-demo', 'start without the demo')
  .action(async ({ data, port, newPorts, demo, exitAfterDemo }) => {
    const voice = voiceOn(process.stdout)
    const signal = stopSignal()
    await makeDataFolder(data)

    const starting = startUp({ directory: data, ports: { api: port, areNew: newPorts } }, voice)
    const working = starting.then((stack) => work(stack, data, { demo, exitAfterDemo }, voice))
    try {
      const status = await Promise.race([signal, working])
      // Once the work is done, a signal is the usual end.
      if (status === 'stays') await signal
      else process.exitCode = status
    } finally {
      working.catch(() => undefined)
      await stop(starting, voice)
    }
  })

/** @throws Failure for a port that is taken, FolderInUse when the runner that holds the folder is not about to leave it */
async function startUp(options: StackOptions, voice: Voice): Promise<RunningStack> {
  voice.line('Starting: synthesizes the template, then runs it on embedded engines …')
  const begun = performance.now()
  const onFailure = (failure: FunctionFailure): void => voice.line(failureLine(failure))
  for (const until = Date.now() + LEAVING_MS; ; await wait(POLL_MS)) {
    try {
      const stack = await startStack({ ...options, onFailure })
      voice.line(`Running after ${((performance.now() - begun) / 1000).toFixed(1)} s: ${stack.apiUrl}`)
      return stack
    } catch (error) {
      if (error instanceof PortTaken) throw misused(error.message)
      if (!(error instanceof FolderInUse) || Date.now() > until) throw error
    }
  }
}

/** A failure as the terminal shows it: where, what, and the file that has the rest. */
export function failureLine({ function: name, what, requestId, route, file }: FunctionFailure): string {
  const request = requestId === undefined ? '' : ` (request ${requestId})`
  return `failed: ${route ?? name}: ${what}${request} -> ${file}`
}

async function work(
  stack: RunningStack,
  directory: string,
  { demo, exitAfterDemo }: Readonly<Record<'demo' | 'exitAfterDemo', boolean>>,
  voice: Voice,
): Promise<number | 'stays'> {
  const notices = await NoticeFollower.begin(directory)
  await continueDemo(stack, directory, demo, voice)
  if (exitAfterDemo) return 0
  await showNextSteps(stack, directory, voice)
  notices.follow(voice)
  return 'stays'
}

async function stop(starting: Promise<RunningStack>, voice: Voice): Promise<void> {
  const stopping = starting.then(
    async (stack) => {
      voice.line('\nStopping …')
      await stack.stop()
      return true
    },
    // It never ran; the error is shown elsewhere.
    () => undefined,
  )
  const isStopped = await Promise.race([stopping, wait(STOP_MS, false)])
  if (isStopped === true) voice.line('Stopped.')
  if (isStopped === false) voice.line('Stopped in the middle of something; the queue has it again at the next start.')
}
