import { type SchemaFault, schemaFaults } from '../errors/schema-faults.ts'
import { utf8Length } from '../text/utf8.ts'
import { HOUR_MS, type Instant, instantText, parseInstant } from '../time/instant.ts'
import { bindingOf, readBoundId } from './account-bound-id.ts'
import { hasFraction, parseExactly } from './exact-json.ts'
import { CLOCK_AHEAD_MS, EVENT_BYTES, EVENT_DEPTH, EVENT_KEYS, LONGEST_WAIT_MS } from './limits.ts'
import { readQuantities } from './quantities.ts'
import { idSchema } from './text.ts'
import { TIME_WANTED, type UsageEvent, usageEventSchema } from './usage-event.ts'
import { variantOf } from './variant.ts'

/** Why an event can never be taken. Stable: people search for it. */
export type InvalidReason =
  | 'message.not-json'
  | 'message.too-large'
  | 'message.too-many-events'
  | 'message.empty'
  | 'event.too-complex'
  | 'event.schema'
  | 'event.time'
  | 'event.binding'
  | 'event.ahead'

/** The names in an event, as far as they could be read; also of an event that is not valid. */
export interface EventNames {
  readonly account?: string
  readonly source?: string
  readonly id?: string
  readonly service?: string
}

export interface InvalidRead {
  readonly kind: 'invalid'
  /** Place in the message, from 0. */
  readonly index: number
  readonly reason: InvalidReason
  /** JSON pointer into the event (RFC 6901); `''` is the whole. */
  readonly path: string
  readonly detail: string
  readonly names: EventNames
}

/** The reading of one place of a message. `ahead`: valid, but from a clock that is ahead; it can be charged from `until` on. */
export type Read =
  | { readonly kind: 'event'; readonly index: number; readonly event: UsageEvent }
  | { readonly kind: 'ahead'; readonly index: number; readonly event: UsageEvent; readonly until: Instant }
  | InvalidRead

/** Attributes beside these are extensions of CloudEvents, and ignored. */
const ENVELOPE = Object.keys(usageEventSchema.shape)

/**
 * Reads a value as an event. Never throws.
 *
 * @param text the event's own JSON, which has digits that `value` may lack; `''` where no fraction is in it
 * @param now the later of our clock and the message's sent time
 */
export function readEvent(value: unknown, text: string, index: number, now: Instant): Read {
  const invalid = (reason: InvalidReason, path: string, detail: string): Read => ({
    kind: 'invalid',
    index,
    reason,
    path,
    detail,
    names: eventNames(value),
  })

  const excess = excessOf(value)
  if (excess !== undefined) return invalid('event.too-complex', '', excess)

  // After the check for bounds: parsing with digits is slower, and fails on deep nesting.
  const exactValue = hasFraction(text) ? parseExactly(text) : value
  const checked = usageEventSchema.safeParse(exactValue)
  if (!checked.success) {
    const faults = allFaults(schemaFaults(checked.error, exactValue, ENVELOPE), exactValue)
    return invalid('event.schema', faults[0]?.pointer ?? '', faultsText(faults))
  }

  const { id, source, subject: account, data } = checked.data
  const time = readEventTime(checked.data.time)
  const bound = readBoundId(id)
  const misbound = bindingFault(bound, source, account)
  if (time === undefined) {
    return invalid('event.time', TIME_FAULT.pointer, faultsText([TIME_FAULT, ...(misbound ? [misbound] : [])]))
  }
  if (misbound !== undefined) return invalid('event.binding', misbound.pointer, misbound.detail)

  const event: UsageEvent = {
    source,
    id,
    boundAt: bound?.time,
    account,
    time,
    user: data.user,
    group: data.group,
    category: data.category,
    service: data.service,
    variant: variantOf(data.variant),
    quantities: readQuantities(data.quantities),
    reservation: data.reservation,
  }
  const newest = Math.max(time, event.boundAt ?? 0)
  const ahead = newest - now
  if (ahead <= CLOCK_AHEAD_MS) return { kind: 'event', index, event }
  if (ahead <= LONGEST_WAIT_MS) return { kind: 'ahead', index, event, until: newest - CLOCK_AHEAD_MS }
  const detail = `${instantText(newest)} is more than ${LONGEST_WAIT_MS / HOUR_MS} hours ahead of now, ${instantText(now)}; no event waits that long: send it with the right time`
  return invalid('event.ahead', newest === time ? '/time' : '/id', detail)
}

/** Finds the names in any JSON value. Each is bounded and has no control character: it may go into keys and logs. */
export function eventNames(value: unknown): EventNames {
  const { subject, source, id, data } = fieldsOf(value)
  const { service } = fieldsOf(data)
  return {
    ...(isName(subject) && { account: subject }),
    ...(isName(source) && { source }),
    ...(isName(id) && { id }),
    ...(isName(service) && { service }),
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

const isName = (value: unknown): value is string => idSchema.safeParse(value).success

/** Finds the first excess of a JSON value and stops there, so that hostile input costs no more than a small one. */
function excessOf(value: unknown, depth = 1, seen = { keys: 0, characters: 0 }): string | undefined {
  if (typeof value === 'string') seen.characters += value.length
  if (seen.characters > EVENT_BYTES) return `more than ${EVENT_BYTES} characters`
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > EVENT_DEPTH) return `deeper than ${EVENT_DEPTH} levels`

  for (const key of Object.keys(value)) {
    if (RESERVED.has(key)) return `the reserved name ${JSON.stringify(key)}`
    seen.keys += 1
    seen.characters += key.length
    if (seen.keys > EVENT_KEYS) return `more than ${EVENT_KEYS} names`
    const excess = excessOf((value as Readonly<Record<string, unknown>>)[key], depth + 1, seen)
    if (excess !== undefined) return excess
  }
  return undefined
}

/** Names that reach into a prototype further on: DynamoDB's marshaller drops or follows `__proto__`. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** `undefined`: not an RFC 3339 time since 1970. */
function readEventTime(text: string): Instant | undefined {
  const time = parseInstant(text)
  return time !== undefined && time >= 0 ? time : undefined
}

const TIME_FAULT: SchemaFault = { pointer: '/time', detail: TIME_WANTED }

/** `undefined`: an opaque id, or an account-bound one that was made for this source and account. */
function bindingFault(bound: ReturnType<typeof readBoundId>, source: string, account: string): SchemaFault | undefined {
  if (bound === undefined || bound.binding === bindingOf(source, account)) return undefined
  const detail = `this account-bound id was made for another source or account than ${source} and ${account}`
  return { pointer: '/id', detail }
}

/** The faults of the schema and those beside it, so that a sender mends all at once. */
function allFaults(bySchema: readonly SchemaFault[], sent: unknown): readonly SchemaFault[] {
  const { time, id, source, subject } = fieldsOf(sent)
  const beside = [
    isText(time) && readEventTime(time) === undefined ? TIME_FAULT : undefined,
    isText(id) && isText(source) && isText(subject) ? bindingFault(readBoundId(id), source, subject) : undefined,
  ]
  const places = new Set(bySchema.map(({ pointer }) => pointer))
  return [...bySchema, ...beside.filter((fault) => fault !== undefined).filter(({ pointer }) => !places.has(pointer))]
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Bytes of UTF-8 that are stored of an event's faults: the held item must have room for the event too. */
const FAULTS_BYTES = 4096

/** Room for `; and 64 more`. */
const COUNT_BYTES = 20

/** All faults in one text, as far as it has room; the pointer of the first is stored beside it. */
function faultsText([first, ...others]: readonly SchemaFault[]): string {
  let text = first?.detail ?? 'does not match the schema'
  for (const [place, { pointer, detail }] of others.entries()) {
    const longer = `${text}; ${pointer}: ${detail}`
    if (utf8Length(longer) > FAULTS_BYTES - COUNT_BYTES) return `${text}; and ${others.length - place} more`
    text = longer
  }
  return text
}
