import { Problem } from '../../errors/problems.ts'
import { clipped } from '../../errors/refusal.ts'
import type { LimitSettings, Tier } from '../../ledger/entries/limit-settings.ts'
import { nearest } from '../../text/nearest.ts'

/** Why a tier does not take a user. */
export type TierFault =
  | { readonly kind: 'unknown-tier'; readonly tier: string; readonly known: readonly Tier[] }
  | { readonly kind: 'archived-tier'; readonly tier: string }

/**
 * Whether a user may be put into a tier: into any that is not archived, and into the one that the user is in.
 *
 * @param tier `undefined`: back to the tier of new users, which is always possible
 * @param today the tier that the user was assigned
 */
export function tierFaultOf(
  { tiers }: Pick<LimitSettings, 'tiers'>,
  tier: string | undefined,
  today: string | undefined,
): TierFault | undefined {
  if (tier === undefined) return undefined
  const found = tiers.find(({ id }) => id === tier)
  if (found === undefined) return { kind: 'unknown-tier', tier, known: tiers }
  return found.isArchived && tier !== today ? { kind: 'archived-tier', tier } : undefined
}

/** `; did you mean "very-high"?`, of the tier whose id or name is nearest; `''`: none is near. */
export function didYouMeanTier(written: string, known: readonly Pick<Tier, 'id' | 'name'>[]): string {
  const ids = new Map(known.map(({ id, name }) => [name, id]))
  for (const { id } of known) ids.set(id, id)
  const meant = nearest(written, ids.keys())
  return meant === undefined ? '' : `; did you mean ${JSON.stringify(ids.get(meant))}?`
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
  if (fault.kind === 'archived-tier') return `the tier ${tier} is archived and takes no new users`
  return `there is no tier ${tier}${didYouMeanTier(fault.tier, fault.known)}`
}
