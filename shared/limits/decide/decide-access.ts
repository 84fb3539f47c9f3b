import type { Tier } from '../../ledger/entries/limit-settings.ts'
import type { TopUpState } from '../../ledger/tally/top-up-state.ts'
import type { Credits } from '../../money/amounts.ts'
import { type Category, categories } from '../../usage/meters.ts'
import { openRequest } from '../requests/upgrade-request.ts'
import type { LimitsState } from '../settings/limits-state.ts'
import { type Limit, limitsOn, tierNamed } from './limits-on.ts'
import { findRoom, type Refusal, type Room } from './room.ts'

/** An account as of one page of its log, as far as one user's access goes. */
export interface Standing {
  readonly state: LimitsState
  readonly balance: Credits
  readonly topUp: TopUpState['kind']
  /** The tier that the user was assigned; `undefined`: none. */
  readonly assigned: string | undefined
  readonly spent: (limit: Limit) => Credits
  /** The amount that open reservations hold of a limit, or of the balance. */
  readonly held: (limit: Limit | undefined) => Credits
}

/** The use that a user wants to make. */
interface WantedUse {
  readonly user: string
  readonly group: string | undefined
  /** Today, where the account is. */
  readonly day: string
  readonly category: string
  /** `undefined`: the request names none, and ceilings of models are not asked. */
  readonly service: string | undefined
  /** Whether a rate card in force prices it; true where no service is named. */
  readonly isPriced: boolean
  readonly estimate: Credits | undefined
}

/** Refusals that don't depend on what is left. */
export const outrightRefusals = ['account-stopped', 'unknown-user', 'unknown-category', 'unpriced-model'] as const
type OutrightRefusal = (typeof outrightRefusals)[number]

/** Why a use is refused. `unknown-account`: there is no log to decide by; `too-many-reservations`: a gate is full. */
export type Reason = Refusal | OutrightRefusal | 'unknown-account' | 'too-many-reservations'

/** Whether a user may spend, and why. */
export type AccessDecision =
  | {
      readonly kind: 'refused-outright'
      readonly reason: Exclude<Reason, Refusal>
      /** An admin's, where the account was stopped with one. */
      readonly word: string | undefined
    }
  | ({
      readonly kind: 'decided'
      /** Unknown things that the account's settings let pass. */
      readonly unknown: readonly OutrightRefusal[]
      /** Where a tier refuses: the open upgrade request of the user for the category. */
      readonly asked: string | undefined
    } & Room)

export const refusedOutright = (reason: Exclude<Reason, Refusal>, word?: string): AccessDecision => ({
  kind: 'refused-outright',
  reason,
  word,
})

/**
 * Decides whether a user may do something now, by all that is known at one page of the log.
 *
 * Unknown users, categories and models are refused unless the account's settings let them pass; `unknown` names those that passed.
 */
export function decideAccess(standing: Standing, wanted: WantedUse): AccessDecision {
  const { settings, requests } = standing.state
  if (settings.stopped !== undefined) return refusedOutright('account-stopped', settings.stopped)
  const tier = tierNamed(settings, standing.assigned)
  const category = categories.find((one) => one === wanted.category)
  const unknown = unknownOf(tier, category, wanted)
  const refused = unknown.find((reason) => settings.unknown[policyOf[reason]] === 'refuse')
  if (refused !== undefined) return refusedOutright(refused)

  const limits = limitsOn(standing.state, { ...wanted, tier }, { category, service: wanted.service })
  const room = findRoom({
    balance: standing.balance,
    held: standing.held(undefined),
    topUp: standing.topUp,
    limits: limits.map((limit) => ({ ...limit, spent: standing.spent(limit), held: standing.held(limit) })),
    estimate: wanted.estimate,
  })
  const isRefusedByTier = room.refusal !== undefined && room.by?.source.kind === 'tier'
  const open = isRefusedByTier ? openRequest(requests, { user: wanted.user, category }, wanted.day) : undefined
  return { kind: 'decided', unknown, asked: open?.id, ...room }
}

const policyOf = { 'unknown-user': 'user', 'unknown-category': 'category', 'unpriced-model': 'model' } as const

function unknownOf(tier: Tier | undefined, category: Category | undefined, { isPriced }: WantedUse) {
  return [
    ...(tier === undefined ? (['unknown-user'] as const) : []),
    ...(category === undefined ? (['unknown-category'] as const) : []),
    ...(isPriced ? [] : (['unpriced-model'] as const)),
  ]
}
