import type { Problem } from '../../errors/problems.ts'
import { identityOf } from '../../ledger/entries/entries.ts'
import type { UserTiersEntry } from '../../ledger/entries/limits.ts'
import { settledBy } from '../../ledger/io/commit/commit-one.ts'
import type { Proposal } from '../../ledger/io/commit/proposal.ts'
import { noSuchTier, tierFaultOf } from '../settings/tier-fault.ts'
import type { WarmFolds } from './warm-folds.ts'

/** Puts users into tiers, if at the log's head each tier takes them. */
export function tiersProposal(folds: WarmFolds, account: string, entry: UserTiersEntry): Proposal<Problem> {
  return {
    identity: identityOf(entry, account),
    boundAt: undefined,
    dependsOnHead: true,
    differenceFrom: (other) =>
      other.kind === 'user-tiers' && JSON.stringify(other.tiers) === JSON.stringify(entry.tiers) ? [] : ['tiers'],
    settle: () =>
      settledBy(async () => {
        const { fold } = await folds.withUsers(account, entry.at, () => entry.tiers.map(([user]) => ({ user })))
        for (const [user, tier] of entry.tiers) {
          const fault = tierFaultOf(fold.limits().settings, tier, fold.assignedTier(user))
          if (fault !== undefined) throw noSuchTier(account, fault)
        }
      }, entry),
  }
}
