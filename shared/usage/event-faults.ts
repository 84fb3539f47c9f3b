import type { SchemaFault } from '../errors/schema-faults.ts'
import { utf8Length } from '../text/utf8.ts'
import { type Instant, parseInstant } from '../time/instant.ts'
import { bindingOf, readBoundId } from './account-bound-id.ts'
import { TIME_WANTED } from './usage-event.ts'

/** `undefined` for what is no RFC 3339 time since 1970. */
export function readEventTime(text: string): Instant | undefined {
  const time = parseInstant(text)
  return time !== undefined && time >= 0 ? time : undefined
}

export const TIME_FAULT: SchemaFault = {
  pointer: '/time',
  detail: TIME_WANTED,
}

/** `undefined`: an opaque id, or an account-bound one that was made for this source and account. */
export function bindingFault(id: string, source: string, account: string): SchemaFault | undefined {
  const bound = readBoundId(id)
  if (bound === undefined || bound.binding === bindingOf(source, account)) return undefined
  const detail = `this account-bound id was made for another source or account than ${source} and ${account}`
  return { pointer: '/id', detail }
}

/** What the schema finds, and what is wrong beside it: a sender mends all of it at once. */
export function allFaults(bySchema: readonly SchemaFault[], sent: unknown): readonly SchemaFault[] {
  const { time, id, source, subject } = isObject(sent) ? sent : {}
  const beside = [
    ...(isText(time) && readEventTime(time) === undefined ? [TIME_FAULT] : []),
    ...(isText(id) && isText(source) && isText(subject) ? [bindingFault(id, source, subject)] : []),
  ]
  const places = new Set(bySchema.map(({ pointer }) => pointer))
  return [...bySchema, ...beside.filter((fault) => fault !== undefined).filter(({ pointer }) => !places.has(pointer))]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isText = (value: unknown): value is string => typeof value === 'string'

/** What is stored of an event's faults, in bytes of UTF-8: an item of the table of held events has room for the event too. */
const FAULTS_BYTES = 4096

/** Room for `; and 64 more`. */
const COUNT_BYTES = 20

/** All faults in one text, as far as it has room; the first one's place is told beside it. */
export function faultsText([first, ...others]: readonly SchemaFault[]): string {
  let text = first?.detail ?? 'does not match the schema'
  for (const [place, { pointer, detail }] of others.entries()) {
    const longer = `${text}; ${pointer}: ${detail}`
    if (utf8Length(longer) > FAULTS_BYTES - COUNT_BYTES) return `${text}; and ${others.length - place} more`
    text = longer
  }
  return text
}
