import { type Credits, minus, noCredits, plus, sumOf } from '../money/amounts.ts'
import type { Category } from '../usage/meters.ts'
import type { LimitSettings, Tier } from './limit-settings.ts'
import type { UserStanding } from './user-standing.ts'

export type ByCategory = ReadonlyMap<Category, Credits>

/** The users of one tier together, in a month. */
export interface TierOverview {
  /** `undefined`: users whom nobody assigned, where there is no tier for them. */
  readonly tier: Tier | undefined
  readonly users: number
  /** Those of them that somebody put there. */
  readonly assigned: number
  /** Users × limit, and what was granted to some of them beside it; of the categories that have one. */
  readonly budget: ByCategory
  /** Of all categories that have one; `undefined`: none has. */
  readonly budgetSum: Credits | undefined
  readonly spent: ByCategory
  readonly spentSum: Credits
}

export interface Overview {
  readonly tiers: readonly TierOverview[]
  /** Over all tiers, but of those without any limit. */
  readonly budget: Credits
  /** Users of tiers without any limit, whom the budget leaves out. Whoever is in no tier is not among them: they may do nothing, or what the account lets pass. */
  readonly usersWithoutLimit: number
  readonly spent: Credits
}

/** What tiers come to, by all of their users; a tier that nobody is in has a line too, unless it is archived. */
export function overviewOf({ tiers }: Pick<LimitSettings, 'tiers'>, standings: readonly UserStanding[]): Overview {
  const byTier = new Map<string | undefined, UserStanding[]>()
  for (const one of standings) {
    const users = byTier.get(one.tier?.id) ?? []
    users.push(one)
    byTier.set(one.tier?.id, users)
  }
  const shown = [...tiers.filter(({ id, isArchived }) => !isArchived || byTier.has(id))].map((tier) =>
    tierOverview(tier, byTier.get(tier.id) ?? []),
  )
  const homeless = byTier.get(undefined)
  const all = homeless === undefined ? shown : [...shown, tierOverview(undefined, homeless)]
  return {
    tiers: all,
    budget: sumOf(all.map(({ budgetSum }) => budgetSum ?? noCredits)),
    usersWithoutLimit: shown.reduce((sum, { budgetSum, users }) => sum + (budgetSum === undefined ? users : 0), 0),
    spent: sumOf(all.map(({ spentSum }) => spentSum)),
  }
}

function tierOverview(tier: Tier | undefined, users: readonly UserStanding[]): TierOverview {
  const budget = new Map([...(tier?.limits ?? [])].map(([of, limit]) => [of, limit.times(users.length) as Credits]))
  const spent = new Map<Category, Credits>()
  for (const { categories } of users)
    for (const one of categories) {
      const of = tier?.limits.get(one.category)
      if (of !== undefined && one.limit !== undefined && one.limit !== of)
        budget.set(one.category, plus(budget.get(one.category) ?? noCredits, minus(one.limit, of)))
      const known = spent.get(one.category)
      if (known === undefined) spent.set(one.category, one.spent)
      else if (!one.spent.isZero()) spent.set(one.category, plus(known, one.spent))
    }
  return {
    tier,
    users: users.length,
    assigned: users.filter(({ isAssigned }) => isAssigned).length,
    budget,
    budgetSum: budget.size === 0 ? undefined : sumOf(budget.values()),
    spent,
    spentSum: sumOf(spent.values()),
  }
}
