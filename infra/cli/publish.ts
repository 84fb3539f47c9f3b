import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { SQSClient } from '@aws-sdk/client-sqs'
import { connectStack } from '../local/stack.ts'
import { apiClient } from './api-client.ts'
import { bookOfAccounts, bookOfEvents } from './charge-book.ts'
import { deliver } from './deliver.ts'
import { Failure, misused } from './failure.ts'
import { completeEvent } from './publish/complete-event.ts'
import { type PublishOptions, readPublishOptions } from './publish/publish-options.ts'
import { readEvents } from './publish/read-events.ts'
import { shownEvent, showOutcomes } from './publish/show-outcomes.ts'
import { EventTooLarge, type QueueAccess, sendEvents } from './queue-sender.ts'
import { runCommand } from './run-command.ts'
import { voiceOn } from './say.ts'
import { accessTo, type StackAccess } from './stack-access.ts'

/** More events than this are found faster by reading their accounts' logs. */
const LOOKED_UP = 50

/** `npm run publish -- FILE|-`: leaves with 1 when an event was quarantined or is still under way. */
async function publish(argv: readonly string[]): Promise<number> {
  const options = readPublishOptions(argv)
  const voice = voiceOn(process.stdout)
  const now = Date.now()
  const random = (): bigint => BigInt(`0x${randomBytes(7).toString('hex')}`)
  const events = readEvents(await inputOf(options.file)).map((text) => completeEvent(text, { now, random }))

  const { queue, api } = await targetOf(options)
  if (api === undefined) {
    const sent = await sendEvents(queue, events).catch(tooLargeIsMisuse)
    voice.lines(sent.map((event) => `sent ${shownEvent(event)} in message ${event.messageId}`))
    voice.line('What becomes of them can be seen over the API: give --api-url and --token.')
    return 0
  }
  const book = events.length > LOOKED_UP ? bookOfAccounts(api, events) : bookOfEvents(api, events)
  const { became } = await deliver({ api, queue }, book, events).catch(tooLargeIsMisuse)
  await showOutcomes(api, events, became, voice)
  return became.some(({ kind }) => kind === 'quarantined' || kind === 'unsettled') ? 1 : 0
}

async function inputOf(file: string): Promise<Uint8Array> {
  if (file === '-') return await buffer(process.stdin)
  return await readFile(file).catch((error: Error) => {
    throw misused(`${file} can't be read: ${error.message}`)
  })
}

async function targetOf({
  data,
  queueUrl,
  apiUrl,
  token,
}: PublishOptions): Promise<Pick<StackAccess, 'queue'> & Partial<StackAccess>> {
  if (queueUrl !== undefined) {
    const queue = deployedQueue(queueUrl)
    return apiUrl === undefined || token === undefined ? { queue } : { queue, api: apiClient({ url: apiUrl, token }) }
  }
  const stack = await connectStack(data)
  if (stack !== undefined) return await accessTo(stack, 'publish')
  throw new Failure(
    `no stack runs on ${data}: run npm start in another terminal, or name a deployed queue by --queue-url`,
  )
}

/** `https://sqs.eu-central-1.amazonaws.com/…`; other addresses take the region of this machine's AWS settings. */
function deployedQueue(url: string): QueueAccess {
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(url)?.[1]
  return { sqs: new SQSClient(region === undefined ? {} : { region }), url }
}

function tooLargeIsMisuse(error: unknown): never {
  if (error instanceof EventTooLarge) throw misused(error.message)
  throw error
}

await runCommand(publish)
