import { noCredits } from '../../money/amounts.ts'
import { monthsOf } from '../../spend/selector.ts'
import type { Instant } from '../../time/instant.ts'
import { categories } from '../../usage/meters.ts'
import type { Standing } from '../decide/judge-use.ts'
import { type Limit, limitsOn, tierNamed } from '../decide/limits-on.ts'
import type { AccountFold } from './account-fold.ts'
import { steadyFold } from './steady-fold.ts'
import type { WarmFolds } from './warm-folds.ts'

/** Somebody, and what they would use, as far as limits tell it apart. */
export interface WantedUses {
  readonly user: string
  readonly group: string | undefined
  readonly uses: readonly { readonly category: string; readonly service: string | undefined }[]
}

/** An account's fold at its head, with all that the limits of these uses count. */
export interface FoldForUse {
  readonly fold: AccountFold
  readonly readAt: Instant
  /** Today, where the account is. */
  readonly day: string
  /** All limits that count these uses. */
  readonly limits: () => readonly Limit[]
  /** `held`: what reservations hold; a check doesn't look. */
  readonly standing: (held?: Standing['held']) => Standing
}

/**
 * Reads an account's fold and whatever of it is needed; warm, that is one Query.
 *
 * @returns `undefined` for an account without a log
 * @throws BrokenChain
 */
export async function foldForUse(
  folds: WarmFolds,
  account: string,
  { user, group, uses }: WantedUses,
  { now, maxAgeMs }: { readonly now: Instant; readonly maxAgeMs: number },
): Promise<FoldForUse | undefined> {
  return await steadyFold(folds, account, maxAgeMs, async ({ fold, readAt }) => {
    const day = fold.dayOf(now)
    await fold.load([], [user])
    const limits = () => {
      const tier = tierNamed(fold.limits().settings, fold.assignedTier(user))
      const spender = { user, group, tier, day }
      return uses.flatMap(({ category: name, service }) =>
        limitsOn(fold.limits(), spender, { category: categories.find((one) => one === name), service }),
      )
    }
    await fold.load(
      limits().flatMap(({ scope, window }) => monthsOf(window).map((month) => ({ scope, month }))),
      [],
    )
    return { fold, readAt, day, limits, standing: (held = () => noCredits) => standingOf(fold, user, held) }
  })
}

/** All of one page: the head that the fold has come to by the time this is asked. */
function standingOf(fold: AccountFold, user: string, held: Standing['held']): Standing {
  const head = fold.head()
  if (head === undefined) throw new Error(`the fold of ${fold.account} has lost its head`)
  const { balance, topUp } = head.header
  return {
    state: fold.limits(),
    balance,
    topUp: topUp.kind,
    held,
    assigned: fold.assignedTier(user),
    spent: fold.spent,
  }
}
