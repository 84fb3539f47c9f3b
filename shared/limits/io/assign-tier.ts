import type { Problem } from '../../errors/problems.ts'
import type { UserTiersEntry } from '../../ledger/entries/limits.ts'
import { type Committing, commitAll, commitOne, settledBy } from '../../ledger/io/commit/commit-one.ts'
import { type Proposal, proposalOf } from '../../ledger/io/commit/proposal.ts'
import type { Instant } from '../../time/instant.ts'
import { standings } from '../decide/user-standing.ts'
import {
  type Assignment,
  type AssignmentPlan,
  assignmentParts,
  type LineFault,
  planAssignments,
} from '../settings/plan-assignments.ts'
import { noSuchTier, tierFaultOf } from '../settings/tier-fault.ts'
import type { WarmFolds } from './warm-folds.ts'
import { spentInMonth, wholeFold } from './whole-fold.ts'

interface Assigning extends Committing {
  readonly services: Committing['services'] & { readonly folds: WarmFolds }
}

/** Who assigns, when, and the Idempotency-Key. */
type Made = Pick<UserTiersEntry, 'key' | 'actor' | 'at'>

/**
 * Puts a user into a tier, if that is another one.
 *
 * @param wanted `null`: back to the tier of new users; `undefined`: as it is
 * @throws Problem, also for an account without a log
 */
export async function assignTier(
  account: string,
  user: string,
  wanted: string | null | undefined,
  by: Pick<UserTiersEntry, 'key' | 'actor'>,
  setting: Assigning & { readonly tools: { readonly now: () => Instant } },
): Promise<void> {
  const { folds } = setting.services
  const { now } = setting.tools
  const { fold } = await folds.withUsers(account, now(), () => [{ user }])
  const assigned = fold.assignedTier(user)
  const tier = wanted === undefined ? assigned : (wanted ?? undefined)
  if (tier === assigned) return
  const entry: UserTiersEntry = { kind: 'user-tiers', ...by, at: now(), part: 1, tiers: [[user, tier]] }
  await commitOne(account, setting, tiersProposal(folds, account, entry))
}

/** The changes that assignments would make. @param faults of unreadable lines; they come first, by line */
export async function previewAssignments(
  folds: WarmFolds,
  account: string,
  now: Instant,
  { assignments, faults }: { readonly assignments: readonly Assignment[]; readonly faults: readonly LineFault[] },
): Promise<AssignmentPlan> {
  const { fold, month } = await wholeFold(folds, account, now)
  const state = fold.limits()
  const standingOf = standings(state, month, spentInMonth(fold, month))
  const plan = planAssignments(state.settings, assignments, (user) => fold.assignedTier(user), standingOf)
  return { ...plan, faults: [...faults, ...plan.faults].sort((a, b) => a.line - b.line) }
}

/** Assigns many users to tiers, in as many entries as needed. Sent again, it finds the written ones. @throws Problem */
export async function assignUsers(
  account: string,
  assignments: readonly Assignment[],
  made: Made,
  setting: Assigning,
): Promise<void> {
  const proposals = assignmentParts(assignments).map((users, place) => {
    const tiers = users.map(({ user, tier }) => [user, tier] as const)
    return tiersProposal(setting.services.folds, account, { kind: 'user-tiers', ...made, part: place + 1, tiers })
  })
  await commitAll(account, setting, proposals)
}

/** Puts users into tiers, if at the log's head each tier takes them. */
function tiersProposal(folds: WarmFolds, account: string, entry: UserTiersEntry): Proposal<Problem> {
  return proposalOf<Problem>(account, entry, {
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
  })
}
