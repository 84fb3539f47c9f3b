import { SnapshotMoved } from '../../shared/folds/errors.ts'
import type { AccountFold } from '../../shared/store/account-fold.ts'
import type { WarmFolds } from '../../shared/store/warm-folds.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { noSuchAccount } from './access.ts'

/** Somebody's spend in a month (`2026-11`); without one, in that of today. */
interface SpentWhen {
  readonly user: string
  readonly month?: string
}

/** A part that was written meanwhile stands further on than the head that was read before it: the log is asked again. */
const ROUNDS = 5

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
  for (let round = 0; round < ROUNDS; round += 1) {
    const kept = await folds.atHead(account, 0)
    if (kept === undefined) throw noSuchAccount(account)
    const { fold } = kept
    const day = fold.dayOf(now)
    const users = usersOf(fold, day)
    await fold.load(
      users.map(({ user, month = day.slice(0, -3) }) => ({ scope: { of: 'user', user }, month })),
      users.map(({ user }) => user),
    )
    if (fold.furthest() <= fold.seq()) return { fold, day }
  }
  throw new SnapshotMoved(account)
}
