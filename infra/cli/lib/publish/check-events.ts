import type { Instant } from '../../../../shared/time/instant.ts'
import { readMessage } from '../../../../shared/usage/read-message.ts'
import type { OutgoingEvent } from '../events/outgoing-event.ts'
import { misused } from '../failure.ts'

const SHOWN = 20

/**
 * Reads the events as the consumer will: what it would quarantine is not sent.
 *
 * An account that is not open, or a conflict, shows only there. From the future is no fault: such an event waits.
 *
 * @throws Failure that names each invalid event by its place, with all that is wrong with it
 */
export function checkEvents(events: readonly OutgoingEvent[], now: Instant): void {
  const faults = events.flatMap(({ text }, place) => {
    const [read] = readMessage(text, now)
    return read?.kind === 'invalid' ? [`event ${place + 1}: ${read.reason} ${read.path}: ${read.detail}`] : []
  })
  if (faults.length === 0) return
  const more = faults.length > SHOWN ? [`and ${faults.length - SHOWN} more`] : []
  const lines = [...faults.slice(0, SHOWN), ...more].map((line) => `\n  ${line.replaceAll(/\p{C}/gu, '�')}`)
  throw misused(`nothing was sent: ${faults.length} of ${events.length} events are not valid${lines.join('')}`)
}
