import { noSuchAccount } from '../../ledger/io/known-account.ts'
import type { Instant } from '../../time/instant.ts'
import type { AccountFold } from './account-fold.ts'
import { steadyFold } from './steady-fold.ts'
import type { WarmFolds } from './warm-folds.ts'

/** Somebody's spend in a month (`2026-11`); without one, in that of today. */
interface SpentWhen {
  readonly user: string
  readonly month?: string
}

/**
 * An account's fold at its head, with the tiers and the spend of some users. Warm, that is one Query.
 *
 * @throws Problem for an account without a log
 */
export async function usersFold(
  folds: WarmFolds,
  account: string,
  now: Instant,
  usersOf: (fold: AccountFold, day: string) => readonly SpentWhen[],
): Promise<{ readonly fold: AccountFold; readonly day: string }> {
  const found = await steadyFold(folds, account, 0, async ({ fold }) => {
    const day = fold.dayOf(now)
    const users = usersOf(fold, day)
    await fold.load(
      users.map(({ user, month = day.slice(0, -3) }) => ({ scope: { of: 'user', user }, month })),
      users.map(({ user }) => user),
    )
    return { fold, day }
  })
  if (found === undefined) throw noSuchAccount(account)
  return found
}
