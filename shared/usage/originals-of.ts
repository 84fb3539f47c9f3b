import { arrayElements } from './array-elements.ts'
import type { Read } from './read-message.ts'

/** Whether the fault is the message's: then it is held whole, and not by its events. */
export const isOfMessage = (reason: string): boolean => reason.startsWith('message.')

/** What was sent for each event of a message, to the letter: of an array the event's own part. */
export function originalsOf(body: string): (read: Read) => string {
  let elements: readonly string[] | undefined
  return (read) => {
    const isWhole = read.kind === 'invalid' && isOfMessage(read.reason)
    if (isWhole || !body.trimStart().startsWith('[')) return body
    elements ??= arrayElements(body)
    return elements[read.index] ?? body
  }
}
