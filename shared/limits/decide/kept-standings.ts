import type { Window } from '../../time/window.ts'
import type { LimitsState } from '../settings/limits-state.ts'
import { countIn, countOut, type MutableTierSums, type TierSums } from './overview.ts'
import { type SpentBy, standings, type UserStanding } from './user-standing.ts'

/** Everybody who was assigned a tier, or spent something in a month. */
export interface Everybody {
  readonly users: readonly UserStanding[]
  /** What tiers come to by these users. */
  readonly sums: TierSums
}

/** Who there may be, and what is known of them. */
export interface PossibleUsers {
  /** Each once. */
  readonly names: readonly string[]
  readonly assignedTier: (user: string) => string | undefined
  readonly spentBy: SpentBy
  /** What a user's spend of the month is recognized by: it changes with every amount of it, and never comes again. */
  readonly markOf: (user: string) => object | undefined
}

interface Kept {
  readonly mark: object | undefined
  readonly assigned: string | undefined
  readonly standing: UserStanding
}

/** What was re-rated down to nothing was not spent. */
const isThere = ({ isAssigned, spent }: UserStanding): boolean => isAssigned || !spent.isZero()

/**
 * Where users stand and what they come to, made anew only of whom something changed: of ten thousand users a handful spends
 * between two looks.
 */
export function keptStandings() {
  let made: { readonly limits: unknown; readonly month: string } | undefined
  const kept = new Map<string, Kept>()
  const sums: MutableTierSums = new Map()

  const forget = (user: string, { standing }: Kept): void => {
    kept.delete(user)
    if (isThere(standing)) countOut(sums, standing)
  }

  return (limits: Pick<LimitsState, 'settings' | 'allowances'>, month: Window, possible: PossibleUsers): Everybody => {
    if (made?.limits !== limits || made.month !== month.key) {
      kept.clear()
      sums.clear()
    }
    made = { limits, month: month.key }
    const standingOf = standings(limits, month, possible.spentBy)
    const users: UserStanding[] = []
    for (const user of possible.names) {
      const mark = possible.markOf(user)
      const assigned = possible.assignedTier(user)
      let one = kept.get(user)
      if (one === undefined || one.mark !== mark || one.assigned !== assigned) {
        if (one !== undefined) forget(user, one)
        one = { mark, assigned, standing: standingOf(user, assigned) }
        kept.set(user, one)
        if (isThere(one.standing)) countIn(sums, one.standing)
      }
      if (isThere(one.standing)) users.push(one.standing)
    }
    if (kept.size > possible.names.length) {
      const names = new Set(possible.names)
      for (const [user, one] of kept) if (!names.has(user)) forget(user, one)
    }
    return { users, sums: new Map(sums) }
  }
}
