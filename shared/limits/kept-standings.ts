import type { LimitsState } from './limits-state.ts'
import { type SpentBy, standings, type UserStanding } from './user-standing.ts'
import type { Window } from './window.ts'

/** What a user's spend of the month is recognized by: it changes with every amount of it, and never comes again. */
export type MarkOf = (user: string) => object | undefined

interface Kept {
  readonly mark: object | undefined
  readonly assigned: string | undefined
  readonly standing: UserStanding
}

/** Where users stand, made anew only of whom something changed: of ten thousand users a handful spends between two looks. */
export function keptStandings() {
  let made: { readonly limits: unknown; readonly month: string } | undefined
  const kept = new Map<string, Kept>()

  return (
    limits: Pick<LimitsState, 'settings' | 'allowances'>,
    month: Window,
    { spentBy, markOf }: { readonly spentBy: SpentBy; readonly markOf: MarkOf },
  ): ReturnType<typeof standings> => {
    if (made?.limits !== limits || made.month !== month.key) kept.clear()
    made = { limits, month: month.key }
    const standingOf = standings(limits, month, spentBy)
    return (user, assigned) => {
      const known = kept.get(user)
      const mark = markOf(user)
      if (known !== undefined && known.mark === mark && known.assigned === assigned) return known.standing
      const standing = standingOf(user, assigned)
      kept.set(user, { mark, assigned, standing })
      return standing
    }
  }
}
