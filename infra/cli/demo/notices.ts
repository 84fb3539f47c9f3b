import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Failure } from '../failure.ts'
import type { Voice } from '../say.ts'
import { DEMO_ACCOUNT } from './demo-account.ts'

/** A notice follows its page by a second or two: project-log is woken by the log's stream. */
const PATIENCE_MS = 15_000
const POLL_MS = 300

const BALANCE_LOW = 'groschen.balance.low'

/** Shows the notice that the balance fell below 10.00 €. @throws Failure when none comes */
export async function showNotice(directory: string, voice: Voice): Promise<void> {
  const { id } = await noticeOn(directory, BALANCE_LOW, `${DEMO_ACCOUNT}#`)
  voice.paragraph(`On the event bus: ${BALANCE_LOW} ${id}: the balance fell below 10.00 €.`)
}

export interface Notice {
  readonly id: string
  /** When it went over the bus. */
  readonly time: string
}

/** The first notice of a type whose id begins so. @throws Failure when none comes */
export async function noticeOn(directory: string, type: string, begin: string): Promise<Notice> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await wait(POLL_MS)) {
    const notice = (await readNotices(directory, type)).find(({ id }) => id.startsWith(begin))
    if (notice !== undefined) return notice
  }
  throw new Failure(`no ${type} of ${begin} came over the event bus`)
}

interface BusEvent {
  readonly 'detail-type': string
  readonly time: string
  readonly detail: { readonly id?: string }
}

/** The runner writes what goes over the bus to `events.jsonl`. */
async function readNotices(directory: string, type: string): Promise<readonly Notice[]> {
  const text = await readFile(join(directory, 'events.jsonl'), 'utf8').catch(() => '')
  // What follows the last newline is being written.
  const lines = text.split('\n').slice(0, -1)
  return lines
    .map((line) => JSON.parse(line) as BusEvent)
    .flatMap(({ 'detail-type': one, time, detail }) => (one === type ? [{ id: detail.id ?? '', time }] : []))
}
