import type { LimitSettings } from './limit-settings.ts'

/** Why a tier does not take a user. */
export interface TierFault {
  readonly kind: 'unknown-tier' | 'archived-tier'
  readonly tier: string
}

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
  if (found === undefined) return { kind: 'unknown-tier', tier }
  return found.isArchived && tier !== today ? { kind: 'archived-tier', tier } : undefined
}
