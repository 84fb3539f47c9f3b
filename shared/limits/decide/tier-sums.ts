import { type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import type { Category } from '../../usage/meters.ts'
import type { UserStanding } from './user-standing.ts'

export type ByCategory = ReadonlyMap<Category, Credits>

/** What the users of one tier come to together. */
export interface TierSum {
  readonly users: number
  /** Those of them that somebody put there. */
  readonly assigned: number
  /** What was granted to some of them beside the tier's limits. */
  readonly granted: ByCategory
  readonly spent: ByCategory
}

/** By id of the tier; `undefined`: users who are in none. */
export type TierSums = ReadonlyMap<string | undefined, TierSum>
export type MutableTierSums = Map<string | undefined, TierSum>

/** Counts a user in. */
export const countIn = (sums: MutableTierSums, one: UserStanding): void => count(sums, one, plus, 1)

/** Takes a user out as it was counted in: amounts are exact, so that nothing of it stays. */
export const countOut = (sums: MutableTierSums, one: UserStanding): void => count(sums, one, minus, -1)

export function tierSums(standings: readonly UserStanding[]): TierSums {
  const sums: MutableTierSums = new Map()
  for (const one of standings) countIn(sums, one)
  return sums
}

export const nobody: TierSum = { users: 0, assigned: 0, granted: new Map(), spent: new Map() }

function count(sums: MutableTierSums, one: UserStanding, change: typeof plus, by: 1 | -1): void {
  const known = sums.get(one.tier?.id) ?? nobody
  const [granted, spent] = [new Map(known.granted), new Map(known.spent)]
  for (const { category, limit, spent: used } of one.categories) {
    const of = one.tier?.limits.get(category)
    if (of !== undefined && limit !== undefined) add(granted, category, minus(limit, of), change)
    add(spent, category, used, change)
  }
  const users = known.users + by
  const assigned = known.assigned + (one.isAssigned ? by : 0)
  if (users === 0) sums.delete(one.tier?.id)
  else sums.set(one.tier?.id, { users, assigned, granted, spent })
}

const add = (to: Map<Category, Credits>, category: Category, amount: Credits, change: typeof plus): void => {
  to.set(category, change(to.get(category) ?? noCredits, amount))
}
