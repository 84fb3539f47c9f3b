import type { Instant } from '../time/instant.ts'
import { hasFraction } from './exact-json.ts'
import { EVENT_BYTES, EVENTS_A_MESSAGE, MESSAGE_BYTES } from './limits.ts'
import { eventNames, type InvalidRead, type InvalidReason, type Read, readEvent } from './read-event.ts'

/**
 * Reads a message: one usage event, or an array of them, each judged alone (CloudEvents' batched content mode).
 *
 * Never throws: an unreadable event gets its reason and place.
 *
 * @param now the later of our clock and the message's sent time
 */
export function readMessage(body: string, now: Instant): readonly Read[] {
  if (body.length > MESSAGE_BYTES) return [invalidWhole('message.too-large', `more than ${MESSAGE_BYTES} characters`)]

  const parsed = parseJson(body)
  if (parsed.kind === 'not-json') return [invalidWhole('message.not-json', parsed.detail)]
  const { value } = parsed
  if (!Array.isArray(value)) {
    if (body.length <= EVENT_BYTES) return [readEvent(value, body, 0, now)]
    return [{ ...invalidWhole('event.too-complex', `more than ${EVENT_BYTES} characters`), names: eventNames(value) }]
  }
  if (value.length === 0) return [invalidWhole('message.empty', 'expected at least one event in the array')]
  if (value.length > EVENTS_A_MESSAGE) {
    const detail = `expected at most ${EVENTS_A_MESSAGE} events, found ${value.length}`
    return [invalidWhole('message.too-many-events', detail)]
  }
  const texts = hasFraction(body) ? arrayElements(body) : []
  return value.map((one: unknown, index) => readEvent(one, texts[index] ?? '', index, now))
}

/**
 * Reads one event by itself, not its whole message: an array is not an event.
 *
 * @param now the later of our clock and the message's sent time
 */
export function readOneEvent(text: string, now: Instant): Read {
  const parsed = parseJson(text)
  return parsed.kind === 'json'
    ? readEvent(parsed.value, text, 0, now)
    : invalidWhole('message.not-json', parsed.detail)
}

const invalidWhole = (reason: InvalidReason, detail: string): InvalidRead => ({
  kind: 'invalid',
  index: 0,
  reason,
  path: '',
  detail,
  names: {},
})

function parseJson(body: string): { kind: 'json'; value: unknown } | { kind: 'not-json'; detail: string } {
  if (body.startsWith('\uFEFF')) return { kind: 'not-json', detail: 'begins with a byte order mark; send plain UTF-8' }
  try {
    return { kind: 'json', value: JSON.parse(body) }
  } catch (error) {
    return { kind: 'not-json', detail: error instanceof Error ? error.message.slice(0, 200) : 'not JSON' }
  }
}

/** Whether the fault is the message's: then the message is held whole, not event by event. */
export const isOfMessage = (reason: string): boolean => reason.startsWith('message.')

/** Finds the text that was sent for each event of a message, to the letter: of an array the event's own part. */
export function originalsOf(body: string): (read: Read) => string {
  let elements: readonly string[] | undefined
  return (read) => {
    const isWhole = read.kind === 'invalid' && isOfMessage(read.reason)
    if (isWhole || !body.trimStart().startsWith('[')) return body
    elements ??= arrayElements(body)
    return elements[read.index] ?? body
  }
}

/**
 * Cuts a JSON array into the texts of its elements, to the letter.
 *
 * @param text a JSON array that `JSON.parse` accepts
 */
export function arrayElements(text: string): readonly string[] {
  const elements: string[] = []
  let depth = 0
  let inString = false
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
      continue
    }
    if (character === '"') inString = true
    else if (character === '[' || character === '{') {
      depth += 1
      if (depth === 1) start = at + 1
    } else if (character === ']' || character === '}') {
      depth -= 1
      if (depth === 0) elements.push(text.slice(start, at).trim())
    } else if (character === ',' && depth === 1) {
      elements.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return elements
}
