import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { SQSClient } from '@aws-sdk/client-sqs'
import { type Instant, instantText } from '../../../shared/time/instant.ts'
import { bookOfAccounts, bookOfEvents } from '../lib/api/account-book.ts'
import { newCommand } from '../lib/command.ts'
import { readInput } from '../lib/data-folder.ts'
import { deliver } from '../lib/events/deliver.ts'
import { EventTooLarge, type QueueAccess, sendEvents } from '../lib/events/queue-sender.ts'
import { Failure, misused, naming } from '../lib/failure.ts'
import { OPTIONS } from '../lib/options.ts'
import { type ApiPlace, accessTo, deployedApi, deployedServices, runningStack, type StackAccess } from '../lib/place.ts'
import { type Completed, completeEvent } from '../lib/publish/complete-event.ts'
import { checkEvents, readEvents } from '../lib/publish/read-events.ts'
import { NAMED, shownEvent, showOutcomes } from '../lib/publish/show-outcomes.ts'
import { voiceOn } from '../lib/voice.ts'

/** `groschen publish FILE|-`: status 1 when an event was quarantined or is still under way. */
export const publish = newCommand(
  'publish',
  'Publishes one usage event or a JSON array of them, and shows what became of each. Fills in the id, the time and the CloudEvents attributes that an event lacks. A parked event waits for its price.',
  'npx groschen publish event.json',
)
  .argument('<file>', 'a JSON file; - reads standard input')
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .addOption(OPTIONS.token)
  .option('--queue-url <url>', 'the queue of a deployed stage, where its outputs are out of reach')
  .addOption(OPTIONS.apiUrl)
  .addOption(OPTIONS.jsonOfEach)
  .action(async (file, options) => {
    if (options.apiUrl !== undefined && (options.queueUrl === undefined || options.token === undefined))
      publish.error('error: --api-url needs --queue-url and --token')
    const input = file === '-' ? 'standard input' : file
    const completed = await completedEvents(file, input)
    const events = completed.map(({ event }) => event)
    const { queue, api } = await targetOf(options)
    naming(input, () => checkEvents(events, Date.now()))
    const again = await saveMadeIds(completed, file, options.data)
    const voice = voiceOn(process.stdout)
    if (api === undefined) {
      const sent = await sendEvents(queue, events).catch(brokenOff(again))
      if (options.json)
        for (const { source, id, messageId } of sent) voice.line(JSON.stringify({ source, id, messageId }))
      else {
        voice.lines(sent.map((event) => `sent ${shownEvent(event)} in message ${event.messageId}`))
        voice.line('The API shows what becomes of them: give a token.')
      }
      return
    }
    // Of many events, what became of them is found faster in their accounts' logs.
    const book = events.length > NAMED ? bookOfAccounts(api, events) : bookOfEvents(api, events)
    const { became } = await deliver({ api, queue }, book, events).catch(brokenOff(again))
    if (options.json)
      for (const [place, { source, id }] of events.entries())
        voice.line(JSON.stringify({ source, id, ...became[place] }))
    else await showOutcomes(api, events, became, voice)
    if (became.some(({ kind }) => kind === 'quarantined' || kind === 'unsettled')) process.exitCode = 1
  })

/** @throws Failure that names the file, and the event in it */
async function completedEvents(file: string, input: string): Promise<readonly Completed[]> {
  const filling = { now: Date.now(), random: () => BigInt(`0x${randomBytes(7).toString('hex')}`) }
  const bytes = file === '-' ? await buffer(process.stdin) : await readInput(file)
  return naming(input, () =>
    readEvents(bytes).map((text, place) => naming(`event ${place + 1}`, () => completeEvent(text, filling))),
  )
}

/** Before anything is sent: after an interruption too, one has a file that can be published again. @returns its name */
async function saveMadeIds(completed: readonly Completed[], file: string, data: string): Promise<string> {
  const made = completed.filter(({ isIdMade }) => isIdMade).length
  const same = file === '-' ? 'the same input' : 'this file'
  if (made === 0) return file === '-' ? same : file
  const saved = await saveEvents(data, completed, Date.now())
  const some = made === 1 ? 'One event had no id and got one' : `${made} events had no id and got one each`
  voiceOn(process.stderr).paragraph(
    `${some}; publishing ${same} again would charge ${made === 1 ? 'it' : 'them'} again. To repeat it safely publish ${saved}, which has the ids and times. Better give each event an id and a time.`,
  )
  return saved
}

/** @throws Failure where they can't be written; nothing was sent then */
async function saveEvents(directory: string, completed: readonly Completed[], now: Instant): Promise<string> {
  const folder = join(directory, 'published')
  const file = join(folder, `${instantText(now).replaceAll(':', '-')}-${process.pid}.json`)
  try {
    await mkdir(folder, { recursive: true })
    const texts = completed.map(({ event }) => event.text)
    await writeFile(file, `[\n${texts.join(',\n')}\n]\n`, { mode: 0o600, flush: true })
  } catch (error) {
    throw misused(
      `nothing is sent: events without an id got one, and can't be saved: ${error instanceof Error ? error.message : error}. Give each an id and a time, or name a folder with --data`,
    )
  }
  return file
}

async function targetOf(
  place: ApiPlace & { readonly queueUrl?: string | undefined },
): Promise<Pick<StackAccess, 'queue'> & Partial<StackAccess>> {
  const { data, stage, queueUrl, token } = place
  if (stage === undefined && queueUrl === undefined)
    return await accessTo(await runningStack(data, ', or name a deployed stage by --stage'), 'publish')
  const url = queueUrl ?? (stage === undefined ? '' : (await deployedServices(stage)).output('UsageQueueUrl'))
  const api = token === undefined ? undefined : await deployedApi(place)
  return api === undefined ? { queue: deployedQueue(url) } : { queue: deployedQueue(url), api }
}

/** `https://sqs.eu-central-1.amazonaws.com/…`; other addresses take the region of this machine's AWS settings. */
function deployedQueue(url: string): QueueAccess {
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(url)?.[1]
  return { sqs: new SQSClient(region === undefined ? {} : { region }), url }
}

/** @param again names what can be published again: each event in it has its id */
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
