import { arrayElements } from '../../../../shared/usage/read-message.ts'
import { misused } from '../failure.ts'
import { jsonFault } from './json-fault.ts'

/**
 * The texts of the events in a file, to the letter: one event, or an array of them.
 *
 * A parser's numbers are not the publisher's (`1e30000000` becomes `Infinity`), so what is sent is never printed again.
 *
 * @throws Failure for what is not JSON
 */
export function readEvents(bytes: Uint8Array): readonly string[] {
  const whole = decoded(bytes)
  const parsed = parse(whole)
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

function parse(text: string): unknown {
  if (text.trim() === '') throw misused('nothing to publish: the input is empty')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw misused(whyNot(text, error))
  }
}

function whyNot(text: string, error: unknown): string {
  const fault = jsonFault(text)
  if (fault === undefined) return `not JSON: ${error instanceof Error ? error.message : error}`
  const { line, column, found } = fault
  return `not JSON: line ${line}, column ${column}: ${found === '' ? 'ends too early' : `unexpected ${found}`}`
}
