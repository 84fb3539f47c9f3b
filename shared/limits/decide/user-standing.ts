import type { Tier } from '../../ledger/entries/limit-settings.ts'
import { type Credits, sumOf } from '../../money/amounts.ts'
import type { Window } from '../../time/window.ts'
import { type Category, categories } from '../../usage/meters.ts'
import type { Allowance, LimitsState } from '../settings/limits-state.ts'
import { type Limit, limitsOn, tierNamed, wholePercent } from './limits-on.ts'

/** The spend and the limit of a user in a category. */
export interface CategoryStanding {
  readonly category: Category
  readonly spent: Credits
  /** The tier's limit with extra grants; `undefined`: none. */
  readonly limit: Credits | undefined
}

/** Where a user stands in a calendar month. */
export interface UserStanding {
  readonly user: string
  /** `undefined`: of none, so that the user is unknown. */
  readonly tier: Tier | undefined
  /** The user was assigned to it; false: it is the tier of new users. */
  readonly isAssigned: boolean
  readonly spent: Credits
  readonly categories: readonly CategoryStanding[]
  /** Of the limit that most is spent of, in whole percent, cut off. */
  readonly usedPercent: number
}

/** The spend of a user in a category of the month. */
export type SpentBy = (user: string, category: Category) => Credits

/** Where users stand in a month: what was granted beside tiers is sorted once, there may be many of both. */
export function standings(
  { settings, allowances }: Pick<LimitsState, 'settings' | 'allowances'>,
  month: Window,
  spentBy: SpentBy,
): (user: string, assigned: string | undefined) => UserStanding {
  const granted = new Map<string, Allowance[]>()
  for (const one of allowances) granted.set(one.user, [...(granted.get(one.user) ?? []), one])
  const tiersAlone = { ...settings, ceilings: [] }

  return (user, assigned) => {
    const tier = tierNamed(settings, assigned)
    const own = { settings: tiersAlone, allowances: granted.get(user) ?? [] }
    const spender = { user, group: undefined, tier, day: month.from }
    const ofCategory = (category: Category): CategoryStanding => {
      const [limit]: readonly Limit[] = limitsOn(own, spender, { category, service: undefined }, () => month)
      return { category, spent: spentBy(user, category), limit: limit?.limit }
    }
    const standing = categories.map(ofCategory)
    return {
      user,
      tier,
      isAssigned: assigned !== undefined,
      spent: sumOf(standing.map(({ spent }) => spent)),
      categories: standing,
      usedPercent: Math.max(
        0,
        ...standing.map(({ spent, limit }) => (limit === undefined ? 0 : wholePercent(spent, limit))),
      ),
    }
  }
}
