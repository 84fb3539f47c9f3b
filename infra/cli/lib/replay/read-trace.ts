import { parse } from 'csv-parse/sync'
import { type Instant, parseInstant } from '../../../../shared/time/instant.ts'
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
  /** As they stand there: what is no quantity is for the edge to refuse. */
  readonly input: string
  readonly output: string
}

/**
 * Reads a CSV file of calls.
 *
 * @throws Failure for a file that is none: a column or a time that is missing
 */
export function readTrace(content: Uint8Array, columns: TraceColumns): readonly TraceRow[] {
  const records = recordsOf(content)
  const [header] = records
  const missing = Object.values(columns).filter((name) => header !== undefined && !Object.hasOwn(header, name))
  if (missing.length > 0) {
    throw misused(
      `no column ${missing.join(', ')}; the file has ${Object.keys(header ?? {}).join(', ')}. Name yours with --time-column, --input-column, --output-column`,
    )
  }
  if (records.length === 0) throw misused('the file has no rows')

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
