import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { SQSClient } from '@aws-sdk/client-sqs'
import { connectStack } from '../../local/stack.ts'
import { apiClient } from '../lib/api/api-client.ts'
import { bookOfAccounts, bookOfEvents } from '../lib/api/charge-book.ts'
import { deliver } from '../lib/events/deliver.ts'
import { EventTooLarge, type QueueAccess, sendEvents } from '../lib/events/queue-sender.ts'
import { Failure, misused, naming } from '../lib/failure.ts'
import { progressOn } from '../lib/progress.ts'
import { checkEvents } from '../lib/publish/check-events.ts'
import { type Completed, completeEvent, type Filling } from '../lib/publish/complete-event.ts'
import { type PublishOptions, readPublishOptions } from '../lib/publish/publish-options.ts'
import { readEvents } from '../lib/publish/read-events.ts'
import { saveEvents } from '../lib/publish/save-events.ts'
import { NAMED, shownEvent, showOutcomes } from '../lib/publish/show-outcomes.ts'
import { runCommand } from '../lib/run-command.ts'
import { voiceOn } from '../lib/say.ts'
import { accessTo, type StackAccess } from '../lib/stack-access.ts'

/** `npm run publish -- FILE|-`: leaves with 1 when an event was quarantined or is still under way. */
async function publish(argv: readonly string[]): Promise<number> {
  const options = readPublishOptions(argv)
  const voice = voiceOn(process.stdout)
  const random = (): bigint => BigInt(`0x${randomBytes(7).toString('hex')}`)
  const completed = await completedEvents(options.file, { now: Date.now(), random })
  const events = completed.map(({ event }) => event)

  const { queue, api } = await targetOf(options)
  naming(inputName(options), () => checkEvents(events, Date.now()))
  const again = await saveMadeIds(completed, options)
  if (api === undefined) {
    const sent = await sendEvents(queue, events).catch(brokenOff(again))
    voice.lines(sent.map((event) => `sent ${shownEvent(event)} in message ${event.messageId}`))
    voice.line('What becomes of them can be seen over the API: give --api-url and --token.')
    return 0
  }
  const isMany = events.length > NAMED
  // Of many events, what became of them is found faster in their accounts' logs.
  const book = isMany ? bookOfAccounts(api, events) : bookOfEvents(api, events)
  const progress = isMany ? progressOn(process.stderr, 'settled', events.length) : undefined
  const { became } = await deliver({ api, queue }, book, events, progress?.update)
    .catch(brokenOff(again))
    .finally(progress?.stop)
  await showOutcomes(api, events, became, voice)
  return became.some(({ kind }) => kind === 'quarantined' || kind === 'unsettled') ? 1 : 0
}

/** @throws Failure that names the file, and the event in it */
async function completedEvents(file: string, filling: Filling): Promise<readonly Completed[]> {
  const input = await inputOf(file)
  return naming(inputName({ file }), () =>
    readEvents(input).map((text, place) => naming(`event ${place + 1}`, () => completeEvent(text, filling))),
  )
}

const inputName = ({ file }: Pick<PublishOptions, 'file'>): string => (file === '-' ? 'standard input' : file)

/** Before anything is sent: after an interruption too, one has what can be published again. @returns its name */
async function saveMadeIds(completed: readonly Completed[], { file, data }: PublishOptions): Promise<string> {
  const made = completed.filter(({ isIdMade }) => isIdMade).length
  if (made === 0) return file === '-' ? 'the same input' : file
  const events = completed.map(({ event }) => event)
  const saved = await saveEvents(data, events, Date.now())
  const some = made === 1 ? 'One event had no id and got one' : `${made} events had no id and got one each`
  voiceOn(process.stderr).paragraph(
    `${some}; publishing ${file === '-' ? 'the same input' : 'this file'} again would charge ${made === 1 ? 'it' : 'them'} again. To repeat it safely publish ${saved}, which has the ids and times. Better give each event an id and a time.`,
  )
  return saved
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

/** @param again what can be published again: each event in it has its id */
const brokenOff =
  (again: string) =>
  (error: unknown): never => {
    if (error instanceof EventTooLarge) throw misused(error.message)
    const why = error instanceof Error ? error.message : String(error)
    const failure = new Failure(
      `${why}\nSome events may have been sent. Publishing again is safe: publish ${again}; what was charged is not charged again.`,
    )
    failure.cause = error
    throw failure
  }

await runCommand(publish)
