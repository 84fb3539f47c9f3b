import type { LimitSettings, Tier } from '../../ledger/entries/limit-settings.ts'
import { type Credits, minus, noCredits, plus, sumOf } from '../../money/amounts.ts'
import { Exact } from '../../money/exact.ts'
import { DAY_MS, type Instant } from '../../time/instant.ts'
import type { Category } from '../../usage/meters.ts'
import type { UserStanding } from './user-standing.ts'

/** The users of one tier together, in a month. */
export interface TierOverview {
  /** `undefined`: unassigned users, where there is no tier for them. */
  readonly tier: Tier | undefined
  readonly users: number
  /** Those of them who were assigned. */
  readonly assigned: number
  /** Users × limit, with extra grants to some of them; for the categories that have a limit. */
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
  /** Users of tiers without any limit; the budget leaves them out. Users in no tier do not count here. */
  readonly usersWithoutLimit: number
  readonly spent: Credits
}

/** The sums of each tier's users. A tier without users has a line too, unless it is archived. */
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

function tierOverview(tier: Tier | undefined, sum: TierSum = NO_USERS): TierOverview {
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

type ByCategory = ReadonlyMap<Category, Credits>

/** The sums of all users of one tier. */
interface TierSum {
  readonly users: number
  /** Those of them who were assigned. */
  readonly assigned: number
  /** Extra grants to some of them beside the tier's limits. */
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

const NO_USERS: TierSum = { users: 0, assigned: 0, granted: new Map(), spent: new Map() }

function count(sums: MutableTierSums, one: UserStanding, change: typeof plus, by: 1 | -1): void {
  const known = sums.get(one.tier?.id) ?? NO_USERS
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

/** A stretch of time, and where in it we are. */
export interface Course {
  readonly from: Instant
  readonly to: Instant
  readonly now: Instant
}

/** Decimals of a credit that a projection shows. */
const DECIMALS = 2

/**
 * A projection of the spend to the end: spent × whole length / length so far, in real hours, so that a
 * day of 23 or 25 hours counts right. Rounded, since it is only a guess.
 *
 * @returns `undefined` on the first day: an hour's usage times seven hundred says nothing
 */
export function projected(spent: Credits, { from, to, now }: Course): Credits | undefined {
  const passed = Math.min(now, to) - from
  if (passed < DAY_MS) return undefined
  return spent
    .times(to - from)
    .dividedBy(passed)
    .toDecimalPlaces(DECIMALS, Exact.ROUND_HALF_UP) as Credits
}
