import { CsvError, parse } from 'csv-parse/sync'
import { clipped } from '../../errors/refusal.ts'
import type { LimitSettings } from '../../ledger/entries/limit-settings.ts'
import { utf8Length } from '../../text/utf8.ts'
import { nameSchema } from '../../usage/text.ts'
import type { UserStanding } from '../decide/user-standing.ts'
import { type TierFault, tierFaultOf, tierFaultText } from './tier-fault.ts'

/** One user and the tier to come into; `undefined`: back to that of new users. `line`: where it stood. */
export interface Assignment {
  readonly line: number
  readonly user: string
  readonly tier: string | undefined
}

/** Why a line can't be applied. */
export type LineFault =
  | { readonly kind: 'malformed'; readonly line: number; readonly detail: string }
  | { readonly kind: 'doubled'; readonly line: number; readonly user: string; readonly first: number }
  | ({ readonly line: number; readonly user: string } & TierFault)

/** Why a line can't be applied, in words. */
export function lineFaultText(fault: LineFault): string {
  switch (fault.kind) {
    case 'malformed':
      return fault.detail
    case 'doubled':
      return `${clipped(fault.user)} stands in line ${fault.first} too`
    case 'unknown-tier':
    case 'archived-tier':
      return tierFaultText(fault)
  }
}

/** How many users go from one tier to another; `undefined`: the tier of new users. */
interface TierMove {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly users: number
}

export interface AssignmentPlan {
  readonly moves: readonly TierMove[]
  readonly unchanged: number
  readonly faults: readonly LineFault[]
  /** Users who have then spent all of some limit, or more. */
  readonly over: readonly UserStanding[]
}

/** The changes that assignments would make; changes nothing. */
export function planAssignments(
  settings: LimitSettings,
  wanted: readonly Assignment[],
  assignedTier: (user: string) => string | undefined,
  standingOf: (user: string, assigned: string | undefined) => UserStanding,
): AssignmentPlan {
  const firsts = new Map<string, number>()
  const moves = new Map<string, TierMove>()
  const faults: LineFault[] = []
  const over: UserStanding[] = []
  let unchanged = 0
  for (const { line, user, tier } of wanted) {
    const first = firsts.get(user)
    if (first !== undefined) {
      faults.push({ kind: 'doubled', line, user, first })
      continue
    }
    firsts.set(user, line)
    const from = assignedTier(user)
    const fault = tierFaultOf(settings, tier, from)
    if (fault !== undefined) {
      faults.push({ line, user, ...fault })
      continue
    }
    if (from === tier) unchanged += 1
    else {
      const way = JSON.stringify([from ?? null, tier ?? null])
      moves.set(way, { from, to: tier, users: (moves.get(way)?.users ?? 0) + 1 })
    }
    const standing = standingOf(user, tier)
    if (standing.usedPercent >= 100) over.push(standing)
  }
  return { moves: [...moves.values()], unchanged, faults, over }
}

/** Bounds by users and by bytes of names: an entry must fit into a page's body of 64 KB. */
const ENTRY_USERS = 500
const ENTRY_BYTES = 48 * 1024
const BYTES_BESIDE_NAMES = 8

/** The users of each entry, in their order: always the same, so that a repeat finds its entries. */
export function assignmentParts(wanted: readonly Assignment[]): readonly (readonly Assignment[])[] {
  const parts: Assignment[][] = []
  let bytes = 0
  for (const one of wanted) {
    const own = utf8Length(one.user) + (one.tier?.length ?? 0) + BYTES_BESIDE_NAMES
    const last = parts.at(-1)
    if (last === undefined || last.length === ENTRY_USERS || bytes + own > ENTRY_BYTES) {
      parts.push([one])
      bytes = own
    } else {
      last.push(one)
      bytes += own
    }
  }
  return parts
}

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
