import type { Window } from '../../time/window.ts'
import type { LimitsState } from '../settings/limits-state.ts'
import { countIn, countOut, type MutableTierSums, type TierSums } from './overview.ts'
import { type SpentBy, standings, type UserStanding } from './user-standing.ts'

/** Every user who was assigned a tier, or spent something in a month. */
export interface Everybody {
  readonly users: readonly UserStanding[]
  /** The sums of tiers by these users. */
  readonly sums: TierSums
}

/** Users that may have spent, with their known standings. */
export interface PossibleUsers {
  /** Each once. */
  readonly names: readonly string[]
  readonly assignedTier: (user: string) => string | undefined
  readonly spentBy: SpentBy
  /** Identifies a user's spend of the month: a different object after every change. */
  readonly markOf: (user: string) => object | undefined
}

type Limits = Pick<LimitsState, 'settings' | 'allowances'>

interface Kept {
  readonly mark: object | undefined
  readonly assigned: string | undefined
  readonly standing: UserStanding
}

/** A user whose charges were all re-rated to nothing spent nothing. */
const isThere = ({ isAssigned, spent }: UserStanding): boolean => isAssigned || !spent.isZero()

/**
 * Where users stand in a month, and the sums of their tiers. A standing is made anew only after something of its user changed: of ten
 * thousand users a handful spends between two looks.
 */
export class KeptStandings {
  #madeOf: { readonly limits: Limits; readonly month: string } | undefined
  readonly #kept = new Map<string, Kept>()
  readonly #sums: MutableTierSums = new Map()

  look(limits: Limits, month: Window, possible: PossibleUsers): Everybody {
    if (this.#madeOf?.limits !== limits || this.#madeOf.month !== month.key) {
      this.#kept.clear()
      this.#sums.clear()
    }
    this.#madeOf = { limits, month: month.key }
    const standingOf = standings(limits, month, possible.spentBy)
    const users: UserStanding[] = []
    for (const user of possible.names) {
      const mark = possible.markOf(user)
      const assigned = possible.assignedTier(user)
      let one = this.#kept.get(user)
      if (one === undefined || one.mark !== mark || one.assigned !== assigned) {
        if (one !== undefined) this.#forget(user, one)
        one = { mark, assigned, standing: standingOf(user, assigned) }
        this.#kept.set(user, one)
        if (isThere(one.standing)) countIn(this.#sums, one.standing)
      }
      if (isThere(one.standing)) users.push(one.standing)
    }
    if (this.#kept.size > possible.names.length) {
      const names = new Set(possible.names)
      for (const [user, one] of this.#kept) if (!names.has(user)) this.#forget(user, one)
    }
    return { users, sums: new Map(this.#sums) }
  }

  #forget(user: string, { standing }: Kept): void {
    this.#kept.delete(user)
    if (isThere(standing)) countOut(this.#sums, standing)
  }
}
