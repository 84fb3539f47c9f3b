import type { Credits } from '../../money/amounts.ts'
import type { Instant } from '../../time/instant.ts'
import type { Category } from '../../usage/meters.ts'
import type { Window } from '../settings/window.ts'

/** What a user at a limit asks for: a higher tier, or an amount more until the window ends. */
export type Wish =
  | { readonly kind: 'tier'; readonly tier: string }
  | { readonly kind: 'amount'; readonly credits: Credits }

/** A user at a limit asks for more. It expires with its window. */
export interface UpgradeRequest {
  readonly id: string
  readonly user: string
  readonly category: Category
  readonly window: Window
  /** Counts the requests of this user for this category in this window, from 1. */
  readonly nth: number
  readonly wish: Wish
  readonly reason: string
  readonly at: Instant
}

/** What an admin decided: what was asked for, something else, or nothing. */
export type Grant = Wish | { readonly kind: 'nothing' }

/** A request as the fold of the log has it. */
export interface RequestState extends UpgradeRequest {
  /** `undefined`: nobody decided yet. */
  readonly granted: Grant | undefined
  /** The Idempotency-Key of the decision: who decides many at once, and again after a lost answer, knows its own by it. */
  readonly decidedBy: string | undefined
}

/** Open: undecided, and its window has not ended. @param day today, where the account is */
export const isOpen = ({ granted, window }: RequestState, day: string): boolean =>
  granted === undefined && day < window.to

/** The request of a user for a category that nobody has decided yet; there is one at the most. @param day today, where the account is */
export const openRequest = (
  requests: readonly RequestState[],
  { user, category }: { readonly user: string; readonly category: string | undefined },
  day: string,
): RequestState | undefined =>
  requests.find((one) => one.user === user && one.category === category && isOpen(one, day))
