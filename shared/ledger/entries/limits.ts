import * as z from 'zod/mini'
import { amountText, type Credits } from '../../money/amounts.ts'
import { categories } from '../../usage/meters.ts'
import { type StoredKind, storedCredits, storedInstant } from './entry-kind.ts'
import { type Identity, identity, requestIdentity } from './identity.ts'
import { storedLimitSettings } from './limit-settings.ts'

/** The wish of a user at a limit: a higher tier, or an extra amount until the window ends. */
export type Wish =
  | { readonly kind: 'tier'; readonly tier: string }
  | { readonly kind: 'amount'; readonly credits: Credits }

/** The decision of an admin: the wish, something else, or nothing. */
export type Grant = Wish | { readonly kind: 'nothing' }

/** As page format 1 stores it: a tier, an amount, or neither for nothing. */
export const storedGrant = z.codec(
  z.object({ tier: z.optional(z.string()), credits: z.optional(storedCredits) }),
  z.custom<Grant>(),
  {
    decode: ({ tier, credits }): Grant => {
      if (tier !== undefined) return { kind: 'tier', tier }
      return credits === undefined ? { kind: 'nothing' } : { kind: 'amount', credits }
    },
    encode: ({ kind: _, ...given }) => given,
  },
)

/** The same, of a request: it never asks for nothing. */
export const storedWish = z.codec(storedGrant, z.custom<Wish>(), {
  decode: (wish) => {
    if (wish.kind === 'nothing') throw new RangeError('an upgrade request asks for nothing')
    return wish
  },
  encode: (wish) => wish,
})

/** The Idempotency-Key of the request. */
const key = z.string()
const actor = z.string()
const at = storedInstant

const limits = z.readonly(
  z.object({
    kind: z.literal('limits'),
    key,
    actor,
    at,
    settings: storedLimitSettings,
    /** The page of the settings before; 0: none. */
    previous: z.number(),
  }),
)

/** All that is set about limits, from this entry on. */
export type LimitsEntry = z.output<typeof limits>

/** `undefined`: the tier of users without an assignment. */
type TierOfUser = readonly [user: string, tier: string | undefined]

const userTiers = z.readonly(
  z.object({
    kind: z.literal('user-tiers'),
    key,
    actor,
    at,
    /** Counts the entries of one request, from 1: many users take several. */
    part: z.number(),
    tiers: z.codec(z.array(z.tuple([z.string(), z.nullable(z.string())])), z.custom<readonly TierOfUser[]>(), {
      decode: (tiers) => tiers.map(([user, tier]) => [user, tier ?? undefined] as const),
      encode: (tiers) => tiers.map(([user, tier]) => [user, tier ?? null] as [string, string | null]),
    }),
  }),
)

/** Who is in which tier from this entry on. */
export type UserTiersEntry = z.output<typeof userTiers>

const asked = {
  key,
  actor,
  at,
  id: z.string(),
  user: z.string(),
  category: z.enum(categories),
  window: z.readonly(z.object({ key: z.string(), from: z.string(), to: z.string() })),
}

const upgradeRequest = z.readonly(
  z.object({
    kind: z.literal('upgrade-request'),
    ...asked,
    /** Counts the requests of this user for this category in this window, from 1. */
    nth: z.number(),
    wish: storedWish,
    reason: z.string(),
  }),
)

/** A user at a limit asks for more. It expires with its window. */
export type UpgradeRequestEntry = z.output<typeof upgradeRequest>
export type UpgradeRequest = Omit<UpgradeRequestEntry, 'kind' | 'key' | 'actor'>

const upgradeDecision = z.readonly(
  z.object({
    kind: z.literal('upgrade-decision'),
    ...asked,
    granted: storedGrant,
    /** A note for the user. */
    word: z.optional(z.string()),
  }),
)

/** An admin decided an upgrade request: once for each. What is granted counts from this entry on. */
export type UpgradeDecisionEntry = z.output<typeof upgradeDecision>

/** An entry about limits and who may spend what. */
export type LimitsLogEntry = LimitsEntry | UserTiersEntry | UpgradeRequestEntry | UpgradeDecisionEntry

/** The decision of an upgrade request: one for each. */
export const decisionIdentity = (account: string, request: string): Identity =>
  identity('upgrade-decision', account, request)

function grantWords(grant: Grant): string {
  if (grant.kind === 'tier') return `tier ${grant.tier}`
  return grant.kind === 'amount' ? `${amountText(grant.credits).eur} € more` : 'nothing'
}

export const limitsKinds: {
  readonly limits: StoredKind<LimitsEntry>
  readonly 'user-tiers': StoredKind<UserTiersEntry>
  readonly 'upgrade-request': StoredKind<UpgradeRequestEntry>
  readonly 'upgrade-decision': StoredKind<UpgradeDecisionEntry>
} = {
  limits: {
    stored: limits,
    identity: (entry, account) => requestIdentity(account, entry.key),
    words: () => 'limits changed',
  },
  'user-tiers': {
    stored: userTiers,
    identity: (entry, account) => identity('user-tiers', account, `${entry.key}\0${entry.part}`),
    words: ({ tiers }) => `tiers: ${tiers.map(([user, tier]) => `${user} ${tier ?? 'as new users'}`).join(', ')}`,
  },
  // Of two concurrent ones, only one is written.
  'upgrade-request': {
    stored: upgradeRequest,
    identity: ({ user, category, window, nth }, account) =>
      identity('upgrade-request', account, `${user}\0${category}\0${window.key}\0${nth}`),
    words: ({ user, wish, category, reason }) => `${user} asks for ${grantWords(wish)} for ${category}: ${reason}`,
  },
  'upgrade-decision': {
    stored: upgradeDecision,
    identity: ({ id }, account) => decisionIdentity(account, id),
    words: ({ user, granted, category, word }) =>
      `${user} gets ${grantWords(granted)} for ${category}${word === undefined ? '' : ` (${word})`}`,
  },
}
