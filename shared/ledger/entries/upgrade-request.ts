import type { Credits } from '../../money/amounts.ts'
import type { Instant } from '../../time/instant.ts'
import type { Window } from '../../time/window.ts'
import type { Category } from '../../usage/meters.ts'

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
