import { credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { WindowKind } from '../../time/window.ts'
import type { Category } from '../../usage/meters.ts'
import type { Ceiling, CeilingScope, LimitSettings, Policy, Tier } from '../entries/limit-settings.ts'
import type { Grant } from '../entries/upgrade-request.ts'

interface TierV1 {
  readonly id: string
  readonly name: string
  readonly limits: readonly (readonly [category: Category, credits: string])[]
  readonly archived?: true
}

interface CeilingV1 {
  readonly id: string
  readonly name: string
  readonly of: CeilingScope['of']
  readonly group?: string
  readonly category?: Category
  readonly service?: string
  readonly window: WindowKind
  readonly limit: string
}

/** Format 1 of what an account has set about limits. */
export interface LimitsV1 {
  readonly tiers: readonly TierV1[]
  readonly defaultTier?: string
  readonly ceilings: readonly CeilingV1[]
  readonly levels: readonly number[]
  readonly unknown: { readonly user: Policy; readonly category: Policy; readonly model: Policy }
  readonly stopped?: string
  readonly holdsBalance: boolean
  readonly tells: { readonly user: boolean; readonly admins: boolean }
}

export function toLimits(settings: LimitSettings): LimitsV1 {
  const { defaultTier, levels, unknown, stopped, holdsBalance, tells } = settings
  return {
    tiers: settings.tiers.map(toTier),
    ...(defaultTier !== undefined && { defaultTier }),
    ceilings: settings.ceilings.map(toCeiling),
    levels,
    unknown,
    ...(stopped !== undefined && { stopped }),
    holdsBalance,
    tells,
  }
}

const toTier = ({ id, name, limits, isArchived }: Tier): TierV1 => ({
  id,
  name,
  limits: [...limits].map(([category, limit]) => [category, plain(limit)] as const),
  ...(isArchived && { archived: true as const }),
})

const toCeiling = ({ id, name, scope, category, service, window, limit }: Ceiling): CeilingV1 => ({
  id,
  name,
  of: scope.of,
  ...(scope.of === 'group' && scope.group !== undefined && { group: scope.group }),
  ...(category !== undefined && { category }),
  ...(service !== undefined && { service }),
  window,
  limit: plain(limit),
})

export function fromLimits(limits: LimitsV1): LimitSettings {
  const { defaultTier, levels, unknown, stopped, holdsBalance, tells } = limits
  return {
    tiers: limits.tiers.map(fromTier),
    ceilings: limits.ceilings.map(fromCeiling),
    defaultTier,
    levels,
    unknown,
    stopped,
    holdsBalance,
    tells,
  }
}

const fromTier = ({ id, name, limits, archived }: TierV1): Tier => ({
  id,
  name,
  limits: new Map(limits.map(([category, limit]) => [category, credits(limit)])),
  isArchived: archived === true,
})

const fromCeiling = ({ id, name, of, group, category, service, window, limit }: CeilingV1): Ceiling => ({
  id,
  name,
  scope: of === 'group' ? { of, group } : { of },
  category,
  service,
  window,
  limit: credits(limit),
})

/** Format 1 of what is asked for, or granted. */
export interface GrantV1 {
  /** One of the two, or none: nothing. */
  readonly tier?: string
  readonly credits?: string
}

export function toGrant(grant: Grant): GrantV1 {
  if (grant.kind === 'tier') return { tier: grant.tier }
  return grant.kind === 'amount' ? { credits: plain(grant.credits) } : {}
}

export function fromGrant({ tier, credits: amount }: GrantV1): Grant {
  if (tier !== undefined) return { kind: 'tier', tier }
  return amount === undefined ? { kind: 'nothing' } : { kind: 'amount', credits: credits(amount) }
}
