import type { LimitSettings } from '../../ledger/entries/limit-settings.ts'
import { utf8Length } from '../../text/utf8.ts'
import type { UserStanding } from '../decide/user-standing.ts'
import { type TierFault, tierFaultOf } from './tier-fault.ts'

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

/** So many users go from one tier to another; `undefined`: nobody assigned them. */
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

/** What assignments would change, without changing it. */
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

/** A page's body has 64 KB: so many users an entry, and names of so many bytes, leave room for what else stands there. */
const ENTRY_USERS = 500
const ENTRY_BYTES = 48 * 1024
const BYTES_BESIDE_NAMES = 8

/** The users of each entry, in their order: the same however often it is asked, so that a repeat finds what it wrote. */
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
