import * as z from 'zod/mini'
import { type Credits, euros, toCredits } from '../../money/amounts.ts'
import type { WindowKind } from '../../time/window.ts'
import { type Category, categories } from '../../usage/meters.ts'
import { storedCredits } from './entry-kind.ts'

/** What each user of a tier may spend in a calendar month. A category that is missing has no limit. Amounts in credits. */
type CategoryLimits = ReadonlyMap<Category, Credits>

/** A user is in one tier. */
export interface Tier {
  readonly id: string
  readonly name: string
  readonly limits: CategoryLimits
  /** It takes no new users; its users keep its limits. */
  readonly isArchived: boolean
}

/** The spend that a ceiling counts: of each user alone, of each group (or one group), or of the whole account. */
type CeilingScope =
  | { readonly of: 'user' }
  | { readonly of: 'group'; readonly group: string | undefined }
  | { readonly of: 'account' }

/** A limit beside the tiers. */
export interface Ceiling {
  readonly id: string
  readonly name: string
  readonly scope: CeilingScope
  /** `undefined`: over all. */
  readonly category: Category | undefined
  /** A service, or all of a vendor (`openai/*`); `undefined`: every service. */
  readonly service: string | undefined
  readonly window: WindowKind
  readonly limit: Credits
}

/** Whether an unknown user, category or model is let pass or refused. */
type Policy = 'refuse' | 'allow'

/** All that an account has set about limits. */
export interface LimitSettings {
  /** In the order in which they are shown. */
  readonly tiers: readonly Tier[]
  /** The tier of unassigned users; `undefined`: they are unknown. */
  readonly defaultTier: string | undefined
  readonly ceilings: readonly Ceiling[]
  /** In percent of a limit, ascending: reaching one makes an event. */
  readonly levels: readonly number[]
  /** Users without a tier, unknown categories, and models without a price. */
  readonly unknown: { readonly user: Policy; readonly category: Policy; readonly model: Policy }
  /** The reason for which all spending is stopped; `undefined`: it is not. */
  readonly stopped: string | undefined
  /** Whether reservations hold a part of the balance too; without this, several at once may spend more than the balance. */
  readonly holdsBalance: boolean
  /** The readers of e-mails, where they have an address. */
  readonly tells: { readonly user: boolean; readonly admins: boolean }
}

const storedCategory = z.enum(categories)

const storedTier = z.codec(
  z.object({
    id: z.string(),
    name: z.string(),
    limits: z.array(z.tuple([storedCategory, storedCredits])),
    archived: z.optional(z.literal(true)),
  }),
  z.custom<Tier>(),
  {
    decode: ({ limits, archived, ...tier }) => ({ ...tier, limits: new Map(limits), isArchived: archived === true }),
    encode: ({ limits, isArchived, ...tier }) => ({
      ...tier,
      limits: [...limits],
      archived: isArchived ? (true as const) : undefined,
    }),
  },
)

const storedWindow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal(['month', 'week', 'day']) }),
  z.object({ kind: z.literal('cycle'), day: z.number() }),
])

const storedCeiling = z.codec(
  z.object({
    id: z.string(),
    name: z.string(),
    of: z.enum(['user', 'group', 'account']),
    group: z.optional(z.string()),
    category: z.optional(storedCategory),
    service: z.optional(z.string()),
    window: storedWindow,
    limit: storedCredits,
  }),
  z.custom<Ceiling>(),
  {
    decode: ({ of, group, category, service, ...rest }) => ({
      ...rest,
      category,
      service,
      scope: of === 'group' ? { of, group } : { of },
    }),
    encode: ({ scope, ...rest }) => ({ ...rest, ...scope }),
  },
)

const storedPolicy = z.enum(['refuse', 'allow'])

/** As page format 1 stores them, and snapshots do. */
export const storedLimitSettings = z.codec(
  z.object({
    tiers: z.readonly(z.array(storedTier)),
    defaultTier: z.optional(z.string()),
    ceilings: z.readonly(z.array(storedCeiling)),
    levels: z.readonly(z.array(z.number())),
    unknown: z.object({ user: storedPolicy, category: storedPolicy, model: storedPolicy }),
    stopped: z.optional(z.string()),
    holdsBalance: z.boolean(),
    tells: z.object({ user: z.boolean(), admins: z.boolean() }),
  }),
  z.custom<LimitSettings>(),
  {
    decode: ({ defaultTier, stopped, ...settings }) => ({ ...settings, defaultTier, stopped }),
    encode: (settings) => settings,
  },
)

const standardTier = (id: string, name: string, limits: Partial<Record<Category, string>>): Tier => ({
  id,
  name,
  limits: new Map(
    categories.flatMap((category) => {
      const limit = limits[category]
      return limit === undefined ? [] : [[category, toCredits(euros(limit))] as const]
    }),
  ),
  isArchived: false,
})

/**
 * What an account begins with: the tiers of the seed page, in euros a user and month, and everybody in Unlimited.
 *
 * A constant of the log: an account without settings of its own has these, at every page. Tiers and levels never change, or the past would change;
 * `holdsBalance` decides only new reservations.
 */
export const standardLimits: LimitSettings = {
  tiers: [
    standardTier('very-low', 'Very low', { text: '2', image: '1', api: '1', other: '1' }),
    standardTier('low', 'Low', { text: '5', image: '2', api: '2', other: '2' }),
    standardTier('medium', 'Medium', { text: '15', image: '5', api: '5', other: '5' }),
    standardTier('high', 'High', { text: '40', image: '15', api: '15', other: '10' }),
    standardTier('very-high', 'Very high', { text: '100', image: '40', api: '40', other: '25' }),
    standardTier('unlimited', 'Unlimited', {}),
  ],
  defaultTier: 'unlimited',
  ceilings: [],
  levels: [50, 80, 100],
  unknown: { user: 'refuse', category: 'refuse', model: 'refuse' },
  stopped: undefined,
  holdsBalance: true,
  tells: { user: true, admins: true },
}
