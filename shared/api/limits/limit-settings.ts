import * as z from 'zod/mini'
import { ruled, ruledBy } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import type { Ceiling, LimitSettings, Tier } from '../../ledger/entries/limit-settings.ts'
import { amountText, type Credits } from '../../money/amounts.ts'
import type { WindowKind } from '../../time/window.ts'
import { type Category, categories } from '../../usage/meters.ts'
import { nameSchema, sentenceSchema } from '../../usage/text.ts'
import { amountSchema } from '../fields/amount.ts'
import { givenLimitSchema, readGivenAmount } from '../fields/given-amount.ts'
import { limitFaults } from './limit-faults.ts'

const MOST_TIERS = 50
const MOST_CEILINGS = 200
const MOST_LEVELS = 10
const WHOLE = 100

/** What a ceiling is for: one service, or all of a vendor. */
const serviceSchema = z.string().check(
  z.maxLength(128),
  z.regex(
    /^[^/*\p{Cc}\p{Cs}]+\/(?:\*|[^*\p{Cc}\p{Cs}]+)$/u,
    'expected a service, vendor/model, or all of a vendor, vendor/*',
  ),
  // As strict as what ECMA-262, Python and Go share can say (shared/usage/text.ts).
  z.meta({ pattern: '^[^/*\\x00-\\x1f\\x7f-\\x9f]+/(?:\\*|[^*\\x00-\\x1f\\x7f-\\x9f]+)$' }),
)
const LAST_DAY = 31

/** The id of a tier or a ceiling; a new name does not change it. */
const limitIdSchema = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected 1 to 63 lower-case letters, digits or hyphens'))

const policySchema = z.enum(['refuse', 'allow'])
const windowSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('month') }),
  z.strictObject({ kind: z.literal('week') }),
  z.strictObject({ kind: z.literal('day') }),
  z.strictObject({
    kind: z.literal('cycle'),
    day: described(z.int().check(z.minimum(1), z.maximum(LAST_DAY)), 'The day of the month on which the cycle begins'),
  }),
])

const scopeSchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('user') }),
  z.strictObject({ of: z.literal('group'), group: z.optional(nameSchema) }),
  z.strictObject({ of: z.literal('account') }),
])

const ceilingOf = <A extends z.ZodMiniType>(amount: A) =>
  z.strictObject({
    id: limitIdSchema,
    name: nameSchema,
    scope: described(scopeSchema, 'Each user for itself, each group (or the one named), or all of the account'),
    category: z.optional(z.enum(categories)),
    service: z.optional(described(serviceSchema, 'A service, or all of a vendor: `openai/*`')),
    window: z._default(windowSchema, { kind: 'month' }),
    limit: amount,
  })

/** A ceiling as it is shown. */
export const shownCeilingSchema = ceilingOf(amountSchema)

/** With amounts as they are given, or as they are shown. */
const settingsOf = <A extends z.ZodMiniType>(amount: A) => ({
  tiers: described(
    z
      .array(
        z.strictObject({
          id: limitIdSchema,
          name: nameSchema,
          limits: described(
            z.partialRecord(z.enum(categories), amount),
            'For each user, in a calendar month; a category that is missing has no limit',
          ),
          archived: z._default(described(z.boolean(), 'No user can be assigned to it any more'), false),
        }),
      )
      .check(z.maxLength(MOST_TIERS, `expected at most ${MOST_TIERS} tiers`)),
    'In the order in which they are shown',
  ),
  defaultTier: z.optional(
    described(limitIdSchema, 'The tier of unassigned users; absent: they are unknown, see `unknown`'),
  ),
  ceilings: z.array(ceilingOf(amount)).check(z.maxLength(MOST_CEILINGS, `expected at most ${MOST_CEILINGS} ceilings`)),
  levels: described(
    z.array(z.int().check(z.minimum(1), z.maximum(WHOLE))).check(
      z.maxLength(MOST_LEVELS),
      ruled((levels) => levels.includes(WHOLE), {
        error: 'expected 100 among them: the whole of a limit is always told',
      }),
      z.meta({ contains: { const: WHOLE } }),
    ),
    'In percent of a limit: reaching one sends a notice, once for each limit and window',
  ),
  unknown: described(
    z.strictObject({ user: policySchema, category: policySchema, model: policySchema }),
    'The answer of an access check for users without a tier, unknown categories, and models without a price',
  ),
  stopped: z.optional(described(sentenceSchema, 'Stops all spending, for this reason; absent: users may spend')),
  holdsBalance: z._default(
    described(
      z.boolean(),
      'Reservations hold a part of the balance, and are refused where too little of it is left. false: the balance is not held, so reservations at once may together spend more than there is; each of their answers says so',
    ),
    true,
  ),
  tells: described(
    z.strictObject({ user: z.boolean(), admins: z.boolean() }),
    'Who gets an e-mail when a level is reached, where there is an address',
  ),
})

const version = described(z.int().check(z.minimum(0)), 'The page of the log that set them; 0: the standard ones')

export const limitSettingsSchema = z.object({ version, ...settingsOf(amountSchema) }).check(z.meta({ id: 'Limits' }))

export const givenLimitsSchema = z
  .strictObject({ version, ...settingsOf(givenLimitSchema) })
  .check(ruledBy(limitFaults), z.meta({ id: 'PutLimits' }))

type Given = z.infer<typeof givenLimitsSchema>

export function readLimitSettings({ tiers, defaultTier, ceilings, ...given }: Given): LimitSettings {
  return {
    tiers: tiers.map(({ id, name, limits, archived }) => ({
      id,
      name,
      isArchived: archived,
      limits: new Map(
        categories.flatMap((category): [Category, Credits][] => {
          const limit = limits[category]
          return limit === undefined ? [] : [[category, readGivenAmount(limit)]]
        }),
      ),
    })),
    defaultTier,
    ceilings: ceilings.map(({ id, name, scope, category, service, window, limit }) => ({
      id,
      name,
      category,
      service,
      scope: scope.of === 'group' ? { of: 'group', group: scope.group } : { of: scope.of },
      window: windowOfGiven(window),
      limit: readGivenAmount(limit),
    })),
    levels: [...new Set(given.levels)].sort((a, b) => a - b),
    unknown: given.unknown,
    stopped: given.stopped,
    holdsBalance: given.holdsBalance,
    tells: given.tells,
  }
}

const windowOfGiven = (window: Given['ceilings'][number]['window']): WindowKind =>
  window.kind === 'cycle' ? { kind: 'cycle', day: window.day } : { kind: window.kind }

type Shown = z.infer<typeof limitSettingsSchema>

export function limitSettingsShape(settings: LimitSettings, page: number): Shown {
  const { defaultTier, levels, unknown, stopped, holdsBalance, tells } = settings
  return {
    version: page,
    tiers: settings.tiers.map(tierShape),
    defaultTier,
    ceilings: settings.ceilings.map(ceilingShape),
    levels: [...levels],
    unknown,
    stopped,
    holdsBalance,
    tells,
  }
}

const tierShape = ({ id, name, limits, isArchived }: Tier): Shown['tiers'][number] => ({
  id,
  name,
  archived: isArchived,
  limits: Object.fromEntries([...limits].map(([category, limit]) => [category, amountText(limit)])),
})

export const ceilingShape = ({
  id,
  name,
  scope,
  category,
  service,
  window,
  limit,
}: Ceiling): Shown['ceilings'][number] => ({
  id,
  name,
  scope: scope.of !== 'group' ? { of: scope.of } : { of: 'group', group: scope.group },
  category,
  service,
  window,
  limit: amountText(limit),
})

const euros = (eur: string, credits: string) => ({ eur, credits })

export const limitSettingsExample: Shown = {
  version: 7,
  tiers: [
    { id: 'low', name: 'Low', limits: { text: euros('5.00', '500'), image: euros('2.00', '200') }, archived: false },
    { id: 'unlimited', name: 'Unlimited', limits: {}, archived: false },
  ],
  defaultTier: 'low',
  ceilings: [
    {
      id: 'sales',
      name: 'Sales together',
      scope: { of: 'group', group: 'sales' },
      window: { kind: 'month' },
      limit: euros('200.00', '20000'),
    },
  ],
  levels: [50, 80, 100],
  unknown: { user: 'refuse', category: 'refuse', model: 'refuse' },
  holdsBalance: true,
  tells: { user: true, admins: true },
}

export const givenLimitsExample: z.input<typeof givenLimitsSchema> = {
  ...limitSettingsExample,
  version: 0,
  tiers: [
    { id: 'low', name: 'Low', limits: { text: { eur: '5.00' }, image: { eur: '2.00' } } },
    { id: 'unlimited', name: 'Unlimited', limits: {} },
  ],
  ceilings: [{ id: 'sales', name: 'Sales together', scope: { of: 'group', group: 'sales' }, limit: { eur: '200.00' } }],
}
