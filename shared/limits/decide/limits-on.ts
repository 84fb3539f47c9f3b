import type { Ceiling, LimitSettings, Tier } from '../../ledger/entries/limit-settings.ts'
import { type Credits, plus } from '../../money/amounts.ts'
import { Exact, plain } from '../../money/exact.ts'
import { type Counted, counts, type SpendScope, type Use } from '../../spend/selector.ts'
import { type Window, type WindowKind, windowOf } from '../../time/window.ts'
import { type Category, categories } from '../../usage/meters.ts'
import type { LimitsState } from '../settings/limits-state.ts'

/** A limit as it applies to a user on a day. Amounts in credits. */
export interface Limit extends Counted {
  /** The limit's name in its scope, without its amount: `tier#text`, `ceiling#ID`. */
  readonly key: string
  /** The tier or the ceiling that sets it. */
  readonly source: { readonly kind: 'tier' | 'ceiling'; readonly id: string }
  readonly limit: Credits
}

/** A user on a day. `tier`: the user's; `undefined`: has none. */
export interface Spender {
  readonly user: string
  readonly group: string | undefined
  readonly tier: Tier | undefined
  /** Where the account is: `2026-11-24`. */
  readonly day: string
}

/** `windowOf`, or one that remembers: the same days are asked again and again, and calendars cost. */
export type WindowFinder = typeof windowOf

/** The tier of a user: the one assigned, else that of new users. */
export const tierNamed = ({ tiers, defaultTier }: LimitSettings, assigned: string | undefined): Tier | undefined =>
  tiers.find(({ id }) => id === (assigned ?? defaultTier))

/** Every limit of a user on a day: of the tier, and every ceiling. */
export function limitsOf(
  { settings, allowances }: Pick<LimitsState, 'settings' | 'allowances'>,
  spender: Spender,
  windowAt: WindowFinder = windowOf,
): readonly Limit[] {
  const own = categories.flatMap((category) => tierLimit(allowances, spender, category, windowAt) ?? [])
  const ceilings = settings.ceilings.flatMap((ceiling) => {
    const scope = scopeOf(ceiling, spender)
    return scope === undefined ? [] : [ceilingLimit(ceiling, scope, windowAt(ceiling.window, spender.day))]
  })
  return [...own, ...ceilings]
}

/** Those of them that count a use. */
export const limitsOn = (
  state: Pick<LimitsState, 'settings' | 'allowances'>,
  spender: Spender,
  use: Use,
  windowAt: WindowFinder = windowOf,
): readonly Limit[] => limitsOf(state, spender, windowAt).filter(({ selector }) => counts(selector, use))

const MONTH: WindowKind = { kind: 'month' }

function tierLimit(
  allowances: LimitsState['allowances'],
  { user, tier, day }: Spender,
  category: Category,
  windowAt: WindowFinder,
): Limit | undefined {
  let limit = tier?.limits.get(category)
  if (tier === undefined || limit === undefined) return undefined
  const window = windowAt(MONTH, day)
  for (const one of allowances) {
    if (one.user === user && one.category === category && one.window.key === window.key)
      limit = plus(limit, one.credits)
  }
  return {
    key: `tier#${category}`,
    source: { kind: 'tier', id: tier.id },
    scope: { of: 'user', user },
    selector: { category, service: undefined },
    window,
    limit,
  }
}

function scopeOf({ scope }: Ceiling, { user, group }: Spender): SpendScope | undefined {
  if (scope.of === 'user') return { of: 'user', user }
  if (scope.of === 'account') return { of: 'account' }
  return group !== undefined && (scope.group === undefined || scope.group === group)
    ? { of: 'group', group }
    : undefined
}

const ceilingLimit = ({ id, category, service, limit }: Ceiling, scope: SpendScope, window: Window): Limit => ({
  key: `ceiling#${id}`,
  source: { kind: 'ceiling', id },
  scope,
  selector: { category, service },
  window,
  limit,
})

const WHOLE = 100

/**
 * How much of a limit is spent, in percent, for display: cut to a tenth, so that 80 shows only once it is reached.
 *
 * A limit of nothing is at 100 as soon as something was spent.
 */
export function shareOf(spent: Credits, limit: Credits): string {
  if (limit.isZero()) return spent.gt(0) ? String(WHOLE) : '0'
  return plain(spent.times(WHOLE).dividedBy(limit).toDecimalPlaces(1, Exact.ROUND_DOWN))
}

/** Whether something was spent, and that much of a limit: exactly, not by the share that is shown. */
export const hasReached = (spent: Credits, limit: Credits, percent: number): boolean =>
  spent.gt(0) && spent.times(WHOLE).gte(limit.times(percent))

/** How much of a limit is spent, in whole percent, cut off: `n` or more exactly when `hasReached` says so of `n`, from 1 on. */
export function wholePercent(spent: Credits, limit: Credits): number {
  if (!spent.gt(0)) return 0
  return limit.isZero() ? Number.POSITIVE_INFINITY : spent.times(WHOLE).dividedToIntegerBy(limit).toNumber()
}
