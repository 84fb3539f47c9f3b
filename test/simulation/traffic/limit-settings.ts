import type { Random } from '../../world/random.ts'

/** Limits as the API takes them, without the version that they take the place of. */
export interface GivenLimits {
  readonly tiers: readonly GivenTier[]
  readonly defaultTier?: string
  readonly ceilings: readonly GivenCeiling[]
  readonly levels: readonly number[]
  readonly unknown: { readonly user: string; readonly category: string; readonly model: string }
  readonly stopped?: string
  readonly holdsBalance: boolean
  readonly tells: { readonly user: boolean; readonly admins: boolean }
}

interface GivenTier {
  readonly id: string
  readonly name: string
  readonly limits: Readonly<Record<string, { readonly credits: string }>>
  readonly archived: boolean
}

interface GivenCeiling {
  readonly id: string
  readonly name: string
  readonly scope: { readonly of: 'user' | 'account' } | { readonly of: 'group'; readonly group?: string }
  readonly category?: string
  readonly service?: string
  readonly window: { readonly kind: 'month' | 'week' | 'day' } | { readonly kind: 'cycle'; readonly day: number }
  readonly limit: { readonly credits: string }
}

const CATEGORIES = ['text', 'image', 'api', 'other']
/** Those that every account begins with: a tier is never removed. */
const TIERS = ['very-low', 'low', 'medium', 'high', 'very-high', 'unlimited']
/** Most events cost from some to some hundred credits. */
const AMOUNTS = ['30', '150', '500', '1200.5', '4000']

const drawTier = (random: Random, id: string): GivenTier => ({
  id,
  name: id,
  limits: Object.fromEntries(
    CATEGORIES.filter(() => id !== 'unlimited' && random.chance(0.8)).map((category) => [
      category,
      { credits: random.pick(AMOUNTS) },
    ]),
  ),
  archived: false,
})

const drawCeiling = (random: Random, id: string): GivenCeiling => ({
  id,
  name: id,
  scope: random.pick([
    { of: 'user' },
    { of: 'account' },
    { of: 'group' },
    { of: 'group', group: `team-${random.below(3)}` },
  ] as const),
  ...(random.chance(0.3) && { category: random.pick(CATEGORIES) }),
  ...(random.chance(0.3) && { service: random.pick(['openai/*', 'openai/gpt-image-1', 'precise/*']) }),
  window: random.pick([
    { kind: 'month' },
    { kind: 'month' },
    { kind: 'week' },
    { kind: 'day' },
    { kind: 'cycle', day: random.pick([1, 15, 24, 31]) },
  ] as const),
  limit: { credits: random.pick([...AMOUNTS, '9000']) },
})

export const drawSettings = (random: Random): GivenLimits => ({
  tiers: TIERS.map((id) => drawTier(random, id)),
  ...(random.chance(0.9) && { defaultTier: random.pick(['low', 'medium', 'high', 'unlimited']) }),
  ceilings: Array.from({ length: random.below(5) }, (_, place) => drawCeiling(random, `c-${place}`)),
  levels: random.pick([[50, 80, 100], [50, 80, 100], [100], [90], []]),
  unknown: {
    user: random.pick(['refuse', 'refuse', 'allow']),
    category: random.pick(['refuse', 'allow']),
    model: random.pick(['refuse', 'allow']),
  },
  holdsBalance: random.chance(0.3),
  tells: { user: true, admins: random.chance(0.5) },
})

/** What an admin makes of limits: raised, lowered, added, removed. */
export function nextSettings(random: Random, settings: GivenLimits): GivenLimits {
  const { tiers, ceilings } = settings
  const at = random.below(Math.max(1, ceilings.length))
  switch (random.below(7)) {
    case 0:
    case 1: {
      const changed = random.pick(TIERS)
      return { ...settings, tiers: tiers.map((tier) => (tier.id === changed ? drawTier(random, tier.id) : tier)) }
    }
    case 2:
      return { ...settings, ceilings: [...ceilings, drawCeiling(random, `d-${random.hex(6)}`)] }
    case 3:
      return { ...settings, ceilings: ceilings.filter((_, place) => place !== at) }
    case 4: {
      const limit = { credits: random.pick(AMOUNTS) }
      return { ...settings, ceilings: ceilings.map((one, place) => (place === at ? { ...one, limit } : one)) }
    }
    case 5: {
      const added = drawTier(random, `extra-${random.hex(4)}`)
      return { ...settings, tiers: [...tiers.map((tier) => ({ ...tier, archived: random.chance(0.2) })), added] }
    }
    default: {
      const { stopped, ...rest } = settings
      if (stopped === undefined && random.chance(0.3)) return { ...rest, stopped: 'looked at' }
      return { ...rest, defaultTier: random.pick(TIERS), levels: random.pick([[50, 80, 100], [100], [25, 75]]) }
    }
  }
}

/** Users and the tiers they come into; `null`: that of new users. */
export const drawTiers = (random: Random, most: number): readonly (readonly [user: string, tier: string | null])[] => {
  const users = Array.from({ length: 1 + random.below(most) }, () => `u-${random.below(most + 2)}`)
  return [...new Set(users)].map((user) => [user, random.chance(0.2) ? null : random.pick(TIERS)] as const)
}
