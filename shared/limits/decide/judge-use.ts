import type { Tier } from '../../ledger/entries/limit-settings.ts'
import type { TopUpState } from '../../ledger/tally/top-up-state.ts'
import type { Credits } from '../../money/amounts.ts'
import { type Category, categories } from '../../usage/meters.ts'
import { openRequest } from '../requests/upgrade-request.ts'
import type { LimitsState } from '../settings/limits-state.ts'
import { type AccessDecision, type AppliedLimit, decideAccess, type Refusal } from './decide-access.ts'
import { type Limit, limitsOn, tierNamed } from './limits-on.ts'

/** An account as of one page of its log, as far as one user's access goes. */
export interface Standing {
  readonly state: LimitsState
  readonly balance: Credits
  readonly topUp: TopUpState['kind']
  /** The tier that the user was assigned; `undefined`: none. */
  readonly assigned: string | undefined
  readonly spent: (limit: Limit) => Credits
  /** What open reservations hold of a limit, or of the balance. */
  readonly held: (limit: Limit | undefined) => Credits
}

/** What somebody wants to do. */
export interface WantedUse {
  readonly user: string
  readonly group: string | undefined
  /** Today, where the account is. */
  readonly day: string
  readonly category: string
  /** `undefined`: nobody says, and ceilings of models are not asked. */
  readonly service: string | undefined
  /** Whether a rate card in force prices it; so does one that is not named. */
  readonly isPriced: boolean
  readonly estimate: Credits | undefined
}

/** Beside what has no room: what nobody can judge, and accounts that are stopped. */
export const outrightRefusals = ['account-stopped', 'unknown-user', 'unknown-category', 'unpriced-model'] as const
type OutrightRefusal = (typeof outrightRefusals)[number]

export type Verdict =
  | { readonly kind: 'refused-outright'; readonly reason: OutrightRefusal; readonly word: string | undefined }
  | ({
      readonly kind: 'decided'
      readonly unknown: readonly OutrightRefusal[]
      /** The limit that decided; `undefined`: the balance. */
      readonly limit: Limit | undefined
      /** Where a tier refuses: the upgrade request of the user for the category, if one is open. */
      readonly asked: string | undefined
    } & AccessDecision)

/**
 * Whether somebody may do something now, by everything that is known at one page of the log.
 *
 * What nobody can judge is refused unless the account's settings allow it; then the verdict names what was let pass.
 */
export function judgeUse(standing: Standing, wanted: WantedUse): Verdict {
  const { settings } = standing.state
  if (settings.stopped !== undefined)
    return { kind: 'refused-outright', reason: 'account-stopped', word: settings.stopped }
  const tier = tierNamed(settings, standing.assigned)
  const category = categories.find((one) => one === wanted.category)
  const unknown = unknownOf(tier, category, wanted)
  const refused = unknown.find((reason) => settings.unknown[policyOf[reason]] === 'refuse')
  if (refused !== undefined) return { kind: 'refused-outright', reason: refused, word: undefined }

  const limits = limitsOn(standing.state, { ...wanted, tier }, { category, service: wanted.service })
  const applied = limits.map(
    (limit): AppliedLimit => ({ ...limit, spent: standing.spent(limit), held: standing.held(limit) }),
  )
  const decision = decideAccess({
    balance: standing.balance,
    held: standing.held(undefined),
    topUp: standing.topUp,
    limits: applied,
    estimate: wanted.estimate,
  })
  const isRefusedByTier = decision.refusal !== undefined && decision.by?.source.kind === 'tier'
  return {
    kind: 'decided',
    unknown,
    ...decision,
    limit: limits.find((_, place) => applied[place] === decision.by),
    asked: isRefusedByTier
      ? openRequest(standing.state.requests, { user: wanted.user, category }, wanted.day)?.id
      : undefined,
  }
}

const policyOf = { 'unknown-user': 'user', 'unknown-category': 'category', 'unpriced-model': 'model' } as const

function unknownOf(tier: Tier | undefined, category: Category | undefined, { isPriced }: WantedUse) {
  return [
    ...(tier === undefined ? (['unknown-user'] as const) : []),
    ...(category === undefined ? (['unknown-category'] as const) : []),
    ...(isPriced ? [] : (['unpriced-model'] as const)),
  ]
}

/** A verdict, or why there is none: no log to judge by, or no room for one more reservation. */
export type Decided = Verdict | { readonly kind: 'unjudged'; readonly reason: Reason }

/** Why somebody may not; an account that nobody opened has no log to judge by, and a gate holds so many reservations and no more. */
export type Reason = Refusal | OutrightRefusal | 'unknown-account' | 'too-many-reservations'
