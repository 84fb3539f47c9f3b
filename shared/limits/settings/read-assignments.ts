import { CsvError, parse } from 'csv-parse/sync'
import { nameSchema } from '../../usage/text.ts'
import type { Assignment, LineFault } from './plan-assignments.ts'

interface ReadAssignments {
  readonly assignments: readonly Assignment[]
  readonly faults: readonly LineFault[]
}

interface Row {
  readonly line: number
  readonly record: readonly string[]
}

/**
 * Reads a table of users and tiers: CSV with the header `user,tier`, or `tier,user`, with commas or, as spreadsheets write it in German, semicolons.
 * An empty tier is that of new users.
 *
 * Never throws: a line that can't be read says why, by its number.
 */
export function readAssignmentsCsv(text: string): ReadAssignments {
  const [first = ''] = text.split(/\r?\n/, 1)
  const assignments: Assignment[] = []
  const faults: LineFault[] = []
  const malformed = (line: number, detail: string) => void faults.push({ kind: 'malformed', line, detail })
  let rows: readonly Row[]
  try {
    rows = rowsOf(text, first.includes(';') && !first.includes(',') ? ';' : ',')
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = Number(error['lines'])
    return { assignments, faults: [{ kind: 'malformed', line, detail: error.message }] }
  }
  const [header, ...lines] = rows
  const names = header?.record.map((name) => name.toLowerCase()) ?? []
  if (names.length !== 2 || !names.includes('user') || !names.includes('tier'))
    malformed(header?.line ?? 1, 'expected the header "user,tier" or "tier,user"')
  const isTierFirst = names[0] === 'tier'
  for (const { line, record } of lines) {
    const [user = '', tier = ''] = isTierFirst ? record.toReversed() : record
    if (record.length !== 2) malformed(line, `expected two columns, found ${record.length}`)
    else if (!nameSchema.safeParse(user).success)
      malformed(line, 'expected a user of 1 to 128 characters, none of them a control character')
    else assignments.push({ line, user, tier: tier === '' ? undefined : tier })
  }
  return { assignments, faults }
}

function rowsOf(text: string, delimiter: string): readonly Row[] {
  const rows: Row[] = []
  parse(text, {
    bom: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    on_record: (record: readonly string[], { lines }) => {
      rows.push({ line: lines, record })
      return null
    },
  })
  return rows
}
