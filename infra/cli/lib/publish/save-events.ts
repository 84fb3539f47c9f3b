import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Instant, instantText } from '../../../../shared/time/instant.ts'
import type { OutgoingEvent } from '../events/outgoing-event.ts'
import { misused } from '../failure.ts'

/**
 * Saves events as they are about to be sent, with the ids and times that they got here.
 *
 * @returns the file: published instead of the first one, it charges nothing twice
 * @throws Failure where it can't be written; nothing was sent then
 */
export async function saveEvents(directory: string, events: readonly OutgoingEvent[], now: Instant): Promise<string> {
  const folder = join(directory, 'published')
  const file = join(folder, `${instantText(now).replaceAll(':', '-')}-${process.pid}.json`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(file, `[\n${events.map(({ text }) => text).join(',\n')}\n]\n`, { mode: 0o600, flush: true })
  } catch (error) {
    throw misused(
      `nothing is sent: events without an id got one, and can't be saved: ${error instanceof Error ? error.message : error}. Give each an id and a time, or name a folder with --data`,
    )
  }
  return file
}
