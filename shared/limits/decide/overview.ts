import type { LimitSettings, Tier } from '../../ledger/entries/limit-settings.ts'
import { type Credits, noCredits, plus, sumOf } from '../../money/amounts.ts'
import { type ByCategory, nobody, type TierSum, type TierSums } from './tier-sums.ts'

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
export function overviewOf({ tiers }: Pick<LimitSettings, 'tiers'>, sums: TierSums): Overview {
  const shown = tiers.flatMap((tier) => {
    const sum = sums.get(tier.id)
    return tier.isArchived && sum === undefined ? [] : [tierOverview(tier, sum)]
  })
  const homeless = sums.get(undefined)
  const all = homeless === undefined ? shown : [...shown, tierOverview(undefined, homeless)]
  return {
    tiers: all,
    budget: sumOf(all.map(({ budgetSum }) => budgetSum ?? noCredits)),
    usersWithoutLimit: shown.reduce((sum, { budgetSum, users }) => sum + (budgetSum === undefined ? users : 0), 0),
    spent: sumOf(all.map(({ spentSum }) => spentSum)),
  }
}

function tierOverview(tier: Tier | undefined, sum: TierSum = nobody): TierOverview {
  const { users, assigned, granted, spent } = sum
  const budget = new Map(
    [...(tier?.limits ?? [])].map(([category, limit]) => [
      category,
      plus(limit.times(users) as Credits, granted.get(category) ?? noCredits),
    ]),
  )
  return {
    tier,
    users,
    assigned,
    budget,
    spent,
    budgetSum: budget.size === 0 ? undefined : sumOf(budget.values()),
    spentSum: sumOf(spent.values()),
  }
}
