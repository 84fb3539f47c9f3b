import { join } from 'node:path'
import { type Instant, instantText, parseInstant } from '../../../../shared/time/instant.ts'
import { readJsonFile, writeJsonFile } from '../json-file.ts'
import type { TraceRow } from './read-trace.ts'

interface Replays {
  /** By the file's SHA-256. */
  readonly files: Readonly<Record<string, { readonly firstReplayAt: string }>>
}

/** When this file was first replayed into the folder: `now` if never, and from then on always that. */
export async function firstReplay(directory: string, fileHash: string, now: Instant): Promise<Instant> {
  const path = join(directory, 'replays.json')
  const replays = (await readJsonFile<Replays>(path)) ?? { files: {} }
  const standing = parseInstant(replays.files[fileHash]?.firstReplayAt ?? '')
  if (standing !== undefined) return standing
  await writeJsonFile(path, { files: { ...replays.files, [fileHash]: { firstReplayAt: instantText(now) } } })
  return now
}

/** What must be added to the rows' times for the last of them to happen at `end`. */
export function shiftToEndAt(rows: readonly TraceRow[], end: Instant): number {
  const last = rows.reduce((latest, { time }) => Math.max(latest, time), 0)
  return end - last
}
