import { Problem } from '../../shared/errors/problems.ts'
import { clipped } from '../../shared/errors/refusal.ts'
import type { UserTiersEntry } from '../../shared/ledger/entries/entry.ts'
import { identityOf } from '../../shared/ledger/entries/identity.ts'
import { settledBy } from '../../shared/ledger/io/commit/commit-one.ts'
import type { Proposal } from '../../shared/ledger/io/commit/outcomes.ts'
import { didYouMeanTier, type TierFault, tierFaultOf } from '../../shared/limits/settings/tier-fault.ts'
import type { WarmFolds } from '../../shared/spend/io/warm-folds.ts'
import { usersFold } from './users-fold.ts'

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
        const { fold } = await usersFold(folds, account, entry.at, () => entry.tiers.map(([user]) => ({ user })))
        for (const [user, tier] of entry.tiers) {
          const fault = tierFaultOf(fold.limits().settings, tier, fold.assignedTier(user))
          if (fault !== undefined) throw noSuchTier(account, fault)
        }
      }, entry),
  }
}

export function noSuchTier(account: string, fault: TierFault): Problem {
  const known = fault.kind === 'unknown-tier' ? ` (tiers: ${fault.known.map(({ id }) => id).join(', ')})` : ''
  return new Problem(
    'limits.no-such-tier',
    `account ${account}: ${tierFaultText(fault)}${known}; GET /v1/accounts/${account}/limits shows them`,
  )
}

export function tierFaultText(fault: TierFault): string {
  const tier = clipped(fault.tier)
  if (fault.kind === 'archived-tier') return `the tier ${tier} is archived and takes nobody new`
  return `there is no tier ${tier}${didYouMeanTier(fault.tier, fault.known)}`
}
