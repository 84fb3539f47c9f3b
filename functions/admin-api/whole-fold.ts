import { SnapshotMoved } from '../../shared/folds/errors.ts'
import type { LimitSettings } from '../../shared/limits/limit-settings.ts'
import { type SpentBy, standings, type UserStanding } from '../../shared/limits/user-standing.ts'
import { type Window, windowOf } from '../../shared/limits/window.ts'
import type { AccountFold } from '../../shared/store/account-fold.ts'
import type { SpendPlace } from '../../shared/store/loaded-spend.ts'
import type { WarmFolds } from '../../shared/store/warm-folds.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { noSuchAccount } from './access.ts'

/** An account's fold at its head, with everybody's spend of this month and all tiers. */
export interface WholeFold {
  readonly fold: AccountFold
  /** Today, where the account is. */
  readonly day: string
  readonly month: Window
  /** Everybody who was assigned a tier or spent something this month, by name. */
  readonly users: readonly UserStanding[]
  /** Every group that spent something in the months that were read, or was asked for, by name. */
  readonly groups: readonly string[]
}

/** What was made of a fold last: with no page since it is the same, and a list that is read page by page is made once. */
const lastMade = new WeakMap<AccountFold, { readonly of: string; readonly whole: WholeFold }>()

/** A part that was written meanwhile stands further on than the head that was read before it: the log is asked again. */
const ROUNDS = 5

/** What is read beside everybody's spend of this month. */
export interface Beside {
  readonly months: readonly string[]
  readonly groups: readonly string[]
}

/**
 * Reads all chunks of the month, and of others that are asked for; warm, that is one Query.
 *
 * @throws Problem for an account without a log
 */
export async function wholeFold(
  folds: WarmFolds,
  account: string,
  now: Instant,
  besideOf: (settings: LimitSettings, day: string) => Beside = () => ({ months: [], groups: [] }),
): Promise<WholeFold> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const kept = await folds.atHead(account, 0)
    if (kept === undefined) throw noSuchAccount(account)
    const { fold } = kept
    const day = fold.dayOf(now)
    const month = windowOf({ kind: 'month' }, day)
    const beside = besideOf(fold.limits().settings, day)
    const own = day.slice(0, -3)
    const seq = fold.seq()
    const of = JSON.stringify([seq, day, beside])
    const known = lastMade.get(fold)
    if (known?.of === of) return known.whole
    const spenders = await fold.loadAll(own)
    const groups = new Set(beside.groups)
    const months = [...new Set([own, ...beside.months])]
    for (const one of months)
      for (const scope of one === own ? spenders : await fold.loadAll(one))
        if (scope.of === 'group') groups.add(scope.group)
    await fold.load(
      months.flatMap((one) => poolsIn(one, groups)),
      [],
    )
    if (fold.furthest() > seq || fold.seq() > seq) continue

    const names = new Set(fold.assignments().keys())
    for (const one of spenders) if (one.of === 'user') names.add(one.user)
    const standingOf = standings(fold.limits(), month, spentInMonth(fold, month))
    const all = [...names].sort().map((user) => standingOf(user, fold.assignedTier(user)))
    // A warm process knows names of some who were asked about and spent nothing; a cold one does not.
    const users = all.filter(({ isAssigned, spent }) => isAssigned || !spent.isZero())
    const whole = { fold, day, month, users, groups: [...groups].sort() }
    lastMade.set(fold, { of, whole })
    return whole
  }
  throw new SnapshotMoved(account)
}

/** A pool that spent nothing in one of the months has no part there, which is to be known too. */
const poolsIn = (month: string, groups: ReadonlySet<string>): readonly SpendPlace[] => [
  { scope: { of: 'account' }, month },
  ...[...groups].map((group) => ({ scope: { of: 'group', group }, month }) as const),
]

/** What was loaded of a month, by user and category. */
export const spentInMonth =
  (fold: Pick<AccountFold, 'spent'>, window: Window): SpentBy =>
  (user, category) =>
    fold.spent({ scope: { of: 'user', user }, selector: { category, service: undefined }, window })
