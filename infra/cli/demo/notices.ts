import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { writtenLines } from '../lib/data-folder.ts'
import { Failure } from '../lib/failure.ts'

/** A notice follows its page by a second or two: project-log is woken by the log's stream. */
const PATIENCE_MS = 15_000
const POLL_MS = 300

export interface Notice {
  readonly id: string
  /** When it went over the bus. */
  readonly time: string
}

/** The first notice of a type whose id begins so. @throws Failure when none comes */
export const noticeOn = (directory: string, type: string, begin: string): Promise<Notice> =>
  until(`no ${type} of ${begin} came over the event bus`, async () =>
    (await readNotices(directory, type)).find(({ id }) => id.startsWith(begin)),
  )

export interface Mail {
  readonly path: string
  readonly time: string
  readonly subject: string
}

/** The mail to an address that names an event. @throws Failure when none comes */
export const mailTo = (directory: string, address: string, event: string): Promise<Mail> =>
  until(`no mail about ${event} was sent`, async () => {
    const names = await readdir(join(directory, 'mail')).catch(() => [])
    for (const path of names.filter((name) => name.endsWith('.txt')).map((name) => join(directory, 'mail', name))) {
      const text = await readFile(path, 'utf8')
      const [time, subject] = [/^Date: (.*)$/m.exec(text)?.[1], /^Subject: (.*)$/m.exec(text)?.[1]]
      if (text.includes(`\nTo: ${address}\n`) && text.includes(event) && time !== undefined && subject !== undefined)
        return { path, time, subject }
    }
    return undefined
  })

/** The delivery of an event at the webhook receiver on this machine. @throws Failure when none comes */
export const webhookOf = (directory: string, event: string): Promise<Notice> =>
  until(`the webhook heard nothing of ${event}`, async () => {
    const lines = await jsonLines<{ readonly id: string; readonly at: string }>(join(directory, 'webhooks.jsonl'))
    const heard = lines.find(({ id }) => id === event)
    return heard && { id: heard.id, time: heard.at }
  })

async function until<T>(missing: string, find: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(POLL_MS)) {
    const found = await find()
    if (found !== undefined) return found
  }
  throw new Failure(missing)
}

interface BusEvent {
  readonly 'detail-type': string
  readonly time: string
  readonly detail: { readonly id?: string }
}

/** The runner writes what goes over the bus to `events.jsonl`. */
async function readNotices(directory: string, type: string): Promise<readonly Notice[]> {
  const events = await jsonLines<BusEvent>(join(directory, 'events.jsonl'))
  return events.flatMap(({ 'detail-type': one, time, detail }) => (one === type ? [{ id: detail.id ?? '', time }] : []))
}

const jsonLines = async <T>(path: string): Promise<readonly T[]> =>
  (await writtenLines(path)).map((line) => JSON.parse(line) as T)
