import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import type { Instant } from '../../../../shared/time/instant.ts'
import { arrayElements, readMessage } from '../../../../shared/usage/read-message.ts'
import type { OutgoingEvent } from '../events/outgoing-event.ts'
import { misused } from '../failure.ts'
import { visible } from '../table.ts'

/**
 * The texts of the events in a file, to the letter: one event, or an array of them.
 *
 * A parser's numbers are not the publisher's (`1e30000000` becomes `Infinity`), so a text is sent as it stands.
 *
 * @throws Failure for a file that is not JSON
 */
export function readEvents(bytes: Uint8Array): readonly string[] {
  const whole = decoded(bytes)
  const parsed = parsedJson(whole)
  const text = whole.trim()
  if (!Array.isArray(parsed)) return [text]
  if (parsed.length === 0) throw misused('the array holds no event')
  return arrayElements(text)
}

/** A byte order mark at the beginning, as editors on Windows write it, is dropped. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw misused('not UTF-8; save the file as UTF-8')
  }
}

function parsedJson(text: string): unknown {
  if (text.trim() === '') throw misused('nothing to publish: the input is empty')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw misused(`not JSON: ${placeOfFault(text) ?? (error instanceof Error ? error.message : error)}`)
  }
}

const SHOWN_CHARACTERS = 30

/** Where a text stops being JSON: `JSON.parse` says that of some faults only. */
function placeOfFault(text: string): string | undefined {
  const errors: ParseError[] = []
  parse(text, errors, { disallowComments: true })
  const [first] = errors
  if (first === undefined) return undefined
  const lines = text.slice(0, first.offset).split('\n')
  const found =
    text
      .slice(first.offset, first.offset + SHOWN_CHARACTERS)
      .split('\n')[0]
      ?.trim() ?? ''
  const what = found === '' ? 'the text ends too early' : `unexpected ${found} (${printParseErrorCode(first.error)})`
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}: ${what}`
}

const SHOWN_FAULTS = 20

/**
 * Reads the events as the consumer does: what it would quarantine is not sent.
 *
 * Only the consumer sees an account that is not open, or a conflict. An event from the future is no fault: it waits.
 *
 * @throws Failure that names each invalid event by its place, with all that is wrong with it
 */
export function checkEvents(events: readonly OutgoingEvent[], now: Instant): void {
  const faults = events.flatMap(({ text }, place) => {
    const [read] = readMessage(text, now)
    return read?.kind === 'invalid' ? [`event ${place + 1}: ${read.reason} ${read.path}: ${read.detail}`] : []
  })
  if (faults.length === 0) return
  const more = faults.length > SHOWN_FAULTS ? [`and ${faults.length - SHOWN_FAULTS} more`] : []
  const lines = [...faults.slice(0, SHOWN_FAULTS), ...more].map((line) => `\n  ${visible(line)}`)
  throw misused(`nothing was sent: ${faults.length} of ${events.length} events are not valid${lines.join('')}`)
}
