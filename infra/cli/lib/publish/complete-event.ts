import { type Instant, instantText, parseInstant } from '../../../../shared/time/instant.ts'
import { accountBoundId, readBoundId } from '../../../../shared/usage/account-bound-id.ts'
import { USAGE_EVENT_TYPE } from '../../../../shared/usage/usage-event.ts'
import type { OutgoingEvent } from '../events/outgoing-event.ts'
import { misused } from '../failure.ts'

export interface Filling {
  readonly now: Instant
  /** 50 random bits, or more. */
  readonly random: () => bigint
}

/** Where an event comes from that does not say so. */
const SOURCE = '/publish'

export interface Completed {
  readonly event: OutgoingEvent
  /** Its id was made here: published again from the same file it is another event. */
  readonly isIdMade: boolean
}

/**
 * Fills in what an event lacks and what can be known: its id, source, time, and the envelope's constants.
 *
 * Members are added to its text; all that stands there stays, also mistakes: the consumer refuses them. A text that is no JSON
 * object is left alone.
 *
 * @throws Failure for an id of the publisher's own without a time: each time it is published it would be another event
 *   under the same id, a conflict
 */
export function completeEvent(text: string, { now, random }: Filling): Completed {
  const given: unknown = JSON.parse(text)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { event: { text, ...unknownEvent }, isIdMade: false }
  }

  const member = (name: string): unknown =>
    Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : ABSENT
  const account = textOf(member('subject'))
  const source = member('source') === ABSENT ? SOURCE : textOf(member('source'))
  const isIdMade = member('id') === ABSENT
  const untimed = isIdMade ? now : timeOfId(member('id'), member('time') === ABSENT, now)
  const time = readTime(member('time')) ?? untimed
  const made = accountBoundId(source ?? SOURCE, account ?? '', time, random())
  const id = isIdMade ? made : textOf(member('id'))

  const defaults = {
    specversion: '1.0',
    type: USAGE_EVENT_TYPE,
    datacontenttype: 'application/json',
    source: SOURCE,
    id: made,
    time: instantText(untimed),
  }
  const added = Object.entries(defaults).filter(([name]) => member(name) === ABSENT)
  const event = { text: withMembers(text, added, Object.keys(given).length > 0), account, source, id }
  return { event, isIdMade }
}

function timeOfId(id: unknown, isNeeded: boolean, now: Instant): Instant {
  const bound = typeof id === 'string' ? readBoundId(id)?.time : undefined
  if (bound !== undefined || !isNeeded) return bound ?? now
  throw misused(
    `the id ${JSON.stringify(id)} comes without a time; add "time", so that the event is the same whenever it is published`,
  )
}

const ABSENT = Symbol('absent')

const unknownEvent = { account: undefined, source: undefined, id: undefined }

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The id's time is the event's. An id can't hold times before 1970; the consumer refuses those. */
function readTime(value: unknown): Instant | undefined {
  const time = typeof value === 'string' ? parseInstant(value) : undefined
  return time !== undefined && time >= 0 ? time : undefined
}

function withMembers(text: string, added: readonly (readonly [string, string])[], hasOthers: boolean): string {
  if (added.length === 0) return text
  const members = added.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')
  const open = text.slice(0, text.lastIndexOf('}')).trimEnd()
  return `${open}${hasOthers ? ',' : ''}${members}}`
}
