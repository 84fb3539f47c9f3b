import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { sha256Hex } from '../../../../shared/digest/sha256.ts'
import { type Instant, instantText, parseInstant } from '../../../../shared/time/instant.ts'
import { accountBoundId } from '../../../../shared/usage/account-bound-id.ts'
import { readJsonFile, writeJsonFile } from '../data-folder.ts'
import { type OutgoingEvent, usageEvent } from '../events/outgoing-event.ts'
import { misused } from '../failure.ts'

/** The columns of a trace, by name. */
export interface TraceColumns {
  readonly time: string
  readonly input: string
  readonly output: string
}

/** One call of a trace. */
export interface TraceRow {
  /** From 1, without the header. */
  readonly row: number
  readonly time: Instant
  /** As they stand there: the consumer refuses what is no quantity. */
  readonly input: string
  readonly output: string
}

/**
 * Reads a CSV file of calls.
 *
 * @throws Failure for a file that is none, a missing column or time
 */
export function readTrace(content: Uint8Array, columns: TraceColumns): readonly TraceRow[] {
  const records = recordsOf(content)
  const [header] = records
  if (header === undefined) throw misused('the file has no rows')
  const missing = Object.values(columns).filter((name) => !Object.hasOwn(header, name))
  if (missing.length > 0) {
    throw misused(
      `no column ${missing.join(', ')}; the file has ${Object.keys(header).join(', ')}. Name yours with --time-column, --input-column, --output-column`,
    )
  }
  return records.map((record, place) => {
    const row = place + 1
    const text = record[columns.time] ?? ''
    const time = readTraceTime(text)
    if (time === undefined) throw misused(`row ${row}: ${JSON.stringify(text)} is no time since 1970`)
    return { row, time, input: record[columns.input] ?? '', output: record[columns.output] ?? '' }
  })
}

function recordsOf(content: Uint8Array): readonly Readonly<Record<string, string>>[] {
  try {
    return parse(Buffer.from(content), { columns: true, bom: true, skip_empty_lines: true, trim: true })
  } catch (error) {
    throw misused(`not a CSV file: ${error instanceof Error ? error.message : error}`)
  }
}

const ZONE = /(?:Z|[+-]\d{2}:\d{2})$/

/** RFC 3339, or with a space for the `T`; UTC where no zone stands. */
export function readTraceTime(text: string): Instant | undefined {
  const time = text.replace(' ', 'T')
  const instant = parseInstant(ZONE.test(time) ? time : `${time}Z`)
  return instant !== undefined && instant >= 0 ? instant : undefined
}

/** How the rows of a trace become events. */
export interface TraceUse {
  readonly account: string
  readonly service: string
  readonly user: string
  /** Whose times: the trace's own, or moved so that the trace ends at the file's first replay. */
  readonly at: 'original' | 'now'
  /** Account-bound ids, or ids of the other path. */
  readonly ids: 'bound' | 'plain'
  /** SHA-256 of the file, hex. */
  readonly fileHash: string
  /** Added to every time. */
  readonly shiftMs: number
}

/**
 * One event a row; the same file gives the same events, so that replaying it twice charges once.
 *
 * Every way to replay has a source of its own: the same row replayed another way is another use.
 */
export function traceEvents(rows: readonly TraceRow[], use: TraceUse): readonly OutgoingEvent[] {
  const { account, service, user, at, ids, fileHash, shiftMs } = use
  const source = `/replay/${account}/${at}/${ids}`
  return rows.map(({ row, time: original, input, output }) => {
    const time = original + shiftMs
    const id =
      ids === 'plain' ? `${fileHash.slice(0, 32)}-${row}` : accountBoundId(source, account, time, bitsOf(fileHash, row))
    const quantities = { input_tokens: quantity(input), output_tokens: quantity(output) }
    return usageEvent({ account, source, id, time, user, category: 'text', service, quantities })
  })
}

/** 52 bits of the hash over file and row; an id takes 50. */
const bitsOf = (fileHash: string, row: number): bigint => BigInt(`0x${sha256Hex(`${fileHash}\0${row}`).slice(0, 13)}`)

/** A whole number as a number; everything else as it stands there. */
const quantity = (text: string): number | string => (/^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text)

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
export const shiftToEndAt = (rows: readonly TraceRow[], end: Instant): number =>
  end - rows.reduce((latest, { time }) => Math.max(latest, time), 0)
