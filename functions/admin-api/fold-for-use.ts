import type { TopUpState } from '../../shared/account-log/top-up-state.ts'
import type { Standing } from '../../shared/limits/judge-use.ts'
import { limitsOn, tierNamed } from '../../shared/limits/limits-on.ts'
import { monthsOf } from '../../shared/limits/selector.ts'
import { type Credits, noCredits } from '../../shared/money/amounts.ts'
import type { AccountFold } from '../../shared/store/account-fold.ts'
import type { WarmFolds } from '../../shared/store/warm-folds.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { categories } from '../../shared/usage/meters.ts'

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
  /** `held`: what reservations hold; a check doesn't look. */
  readonly standing: (held?: Standing['held']) => Standing
}

/** A part that was written meanwhile stands further on than the head that was read before it: the log is asked again. */
const ROUNDS = 5

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
  let kept = await folds.atHead(account, maxAgeMs)
  for (let round = 0; round < ROUNDS; round += 1) {
    const head = kept?.fold.head()?.header
    if (kept === undefined || head === undefined) return undefined
    const { fold, readAt } = kept
    const day = fold.dayOf(now)
    await fold.load([], [user])
    const tier = tierNamed(fold.limits().settings, fold.assignedTier(user))
    const limits = uses.flatMap(({ category: name, service }) =>
      limitsOn(
        fold.limits(),
        { user, group, tier, day },
        { category: categories.find((one) => one === name), service },
      ),
    )
    await fold.load(
      limits.flatMap(({ scope, window }) => monthsOf(window).map((month) => ({ scope, month }))),
      [],
    )
    if (fold.furthest() <= fold.seq())
      return { fold, readAt, day, standing: (held = () => noCredits) => standingOf(fold, user, head, held) }
    kept = await folds.atHead(account, 0)
  }
  throw new Error(`the snapshot of ${account} was written ${ROUNDS} times while its log was read`)
}

const standingOf = (
  fold: AccountFold,
  user: string,
  { balance, topUp }: { readonly balance: Credits; readonly topUp: TopUpState },
  held: Standing['held'],
): Standing => ({
  state: fold.limits(),
  ...{ balance, topUp: topUp.kind, held },
  assigned: fold.assignedTier(user),
  spent: fold.spent,
})
