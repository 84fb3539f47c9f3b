import { type LimitSettings, standardLimits } from '../../ledger/entries/limit-settings.ts'
import type { Credits } from '../../money/amounts.ts'
import type { Window } from '../../time/window.ts'
import type { Category } from '../../usage/meters.ts'
import type { RequestState } from '../requests/upgrade-request.ts'

/** So much more for one user and category, until a window ends. */
export interface Allowance {
  readonly user: string
  readonly category: Category
  readonly window: Window
  readonly credits: Credits
}

/**
 * What an account's log says of limits, up to a page; who is in which tier is kept apart, there are many of them.
 *
 * Allowances and requests are kept until their window has ended.
 */
export interface LimitsState {
  readonly settings: LimitSettings
  /** The page that set them; 0: none did. */
  readonly version: number
  /** Somebody was assigned a tier, ever. */
  readonly hasUserTiers: boolean
  readonly allowances: readonly Allowance[]
  readonly requests: readonly RequestState[]
}

export const noLimitsYet: LimitsState = {
  settings: standardLimits,
  version: 0,
  hasUserTiers: false,
  allowances: [],
  requests: [],
}

/** Nobody can come to any limit: there is none. */
export const isUnlimited = ({ settings, hasUserTiers }: LimitsState): boolean =>
  !hasUserTiers &&
  settings.ceilings.length === 0 &&
  (settings.tiers.find(({ id }) => id === settings.defaultTier)?.limits.size ?? 0) === 0
