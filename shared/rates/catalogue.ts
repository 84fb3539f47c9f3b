import { type Instant, MINUTE_MS } from '../time/instant.ts'
import type { RateCard } from './rate-card.ts'

/** All published versions, as they were known at `fetchedAt`. */
export interface Catalogue {
  readonly cards: readonly RateCard[]
  /** Our clock when the fetch began. */
  readonly fetchedAt: Instant
}

/** A version may change a price at the earliest this long after it was published (account-log, "Rate-card freshness"). */
export const NOTICE_MS = 10 * MINUTE_MS

/** How far the clocks of a publisher, an admin function and a pricing function may be apart, all together. */
const CLOCKS_APART_MS = 5 * MINUTE_MS

/**
 * Whether the catalogue still knows the price of every event up to `time`.
 *
 * A version that it lacks was published after `fetchedAt` and changes no price before ten minutes later.
 */
export const isFreshFor = (catalogue: Catalogue, time: Instant): boolean =>
  time < catalogue.fetchedAt + NOTICE_MS - CLOCKS_APART_MS

/** The version in force at a time: the latest `effectiveFrom` not after it, of two equal ones the higher version. */
export function cardInForce(cards: readonly RateCard[], time: Instant): RateCard | undefined {
  let found: RateCard | undefined
  for (const card of cards) {
    if (card.effectiveFrom > time) continue
    if (found === undefined || card.effectiveFrom > found.effectiveFrom || isLater(card, found)) found = card
  }
  return found
}

const isLater = (card: RateCard, than: RateCard): boolean =>
  card.effectiveFrom === than.effectiveFrom && card.version > than.version
