import { schemaFaults } from '../errors/schema-faults.ts'
import { HOUR_MS, type Instant, instantText } from '../time/instant.ts'
import { readBoundId } from './account-bound-id.ts'
import { arrayElements } from './array-elements.ts'
import { allFaults, bindingFault, faultsText, readEventTime, TIME_FAULT } from './event-faults.ts'
import { type EventNames, eventNames } from './event-names.ts'
import { hasFraction, parseExactly } from './exact-json.ts'
import { excessOf } from './json-shape.ts'
import { CLOCK_AHEAD_MS, EVENT_BYTES, EVENTS_A_MESSAGE, LONGEST_WAIT_MS, MESSAGE_BYTES } from './limits.ts'
import { readQuantities } from './quantities.ts'
import { type UsageEvent, usageEventSchema } from './usage-event.ts'
import { variantOf } from './variant.ts'

/** Why an event can't be taken, whenever it comes again. Stable: people search for it. */
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

/** What one place of a message holds. `ahead`: valid, but from a clock that is ahead of ours; it is taken from `until` on. */
export type Read =
  | { readonly kind: 'event'; readonly index: number; readonly event: UsageEvent }
  | { readonly kind: 'ahead'; readonly index: number; readonly event: UsageEvent; readonly until: Instant }
  | {
      readonly kind: 'invalid'
      readonly index: number
      readonly reason: InvalidReason
      /** JSON pointer into the event (RFC 6901); `''` is the whole. */
      readonly path: string
      readonly detail: string
      /** As far as they could be read. */
      readonly names: EventNames
    }

/**
 * Reads a message: one usage event, or an array of them, each judged alone (CloudEvents' batched content mode).
 *
 * Never throws: what can't be read says why and where.
 *
 * @param now the later of our clock and the message's sent time
 */
export function readMessage(body: string, now: Instant): readonly Read[] {
  const whole = (reason: InvalidReason, detail: string): readonly Read[] => [
    { kind: 'invalid', index: 0, reason, path: '', detail, names: {} },
  ]
  if (body.length > MESSAGE_BYTES) return whole('message.too-large', `more than ${MESSAGE_BYTES} characters`)

  const parsed = parseJson(body)
  if (parsed.kind === 'not-json') return whole('message.not-json', parsed.detail)
  if (!Array.isArray(parsed.value)) {
    if (body.length > EVENT_BYTES) {
      const detail = `more than ${EVENT_BYTES} characters`
      return [
        { kind: 'invalid', index: 0, reason: 'event.too-complex', path: '', detail, names: eventNames(parsed.value) },
      ]
    }
    return [readEvent(parsed.value, body, 0, now)]
  }
  if (parsed.value.length === 0) return whole('message.empty', 'expected at least one event in the array')
  if (parsed.value.length > EVENTS_A_MESSAGE) {
    return whole('message.too-many-events', `expected at most ${EVENTS_A_MESSAGE} events, found ${parsed.value.length}`)
  }
  const texts = hasFraction(body) ? arrayElements(body) : []
  return parsed.value.map((value: unknown, index) => readEvent(value, texts[index] ?? '', index, now))
}

/**
 * Reads one event by itself, whatever else stood in its message: also an array is no message here.
 *
 * @param now the later of our clock and the message's sent time
 */
export function readOneEvent(text: string, now: Instant): Read {
  const parsed = parseJson(text)
  return parsed.kind === 'json'
    ? readEvent(parsed.value, text, 0, now)
    : { kind: 'invalid', index: 0, reason: 'message.not-json', path: '', detail: parsed.detail, names: {} }
}

function parseJson(body: string): { kind: 'json'; value: unknown } | { kind: 'not-json'; detail: string } {
  if (body.startsWith('\uFEFF')) return { kind: 'not-json', detail: 'begins with a byte order mark; send plain UTF-8' }
  try {
    return { kind: 'json', value: JSON.parse(body) }
  } catch (error) {
    return { kind: 'not-json', detail: error instanceof Error ? error.message.slice(0, 200) : 'not JSON' }
  }
}

/** What CloudEvents calls extensions is ignored beside these. */
const ENVELOPE = Object.keys(usageEventSchema.shape)

/** @param text the event's own JSON, which has digits that `value` may lack; `''` where no fraction is in it */
function readEvent(value: unknown, text: string, index: number, now: Instant): Read {
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

  // Only of what is within bounds: parsing with digits is slower, and of what is nested too deep impossible.
  const exactValue = hasFraction(text) ? parseExactly(text) : value
  const checked = usageEventSchema.safeParse(exactValue)
  if (!checked.success) {
    const faults = allFaults(schemaFaults(checked.error, exactValue, ENVELOPE), exactValue)
    return invalid('event.schema', faults[0]?.pointer ?? '', faultsText(faults))
  }

  const { id, source, subject: account, data } = checked.data
  const bound = readBoundId(id)
  const time = readEventTime(checked.data.time)
  const misbound = bindingFault(id, source, account)
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
