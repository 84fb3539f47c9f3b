import { type Instant, instantText, MINUTE_MS } from '../../time/instant.ts'
import type { RateCard } from './rate-card.ts'

/** A version that was taken back before it took effect: no price was ever its. */
export interface Withdrawal {
  /** The withdrawn version. */
  readonly of: number
  /** Withdrawals count as versions themselves: nothing that was published is ever changed. */
  readonly version: number
  readonly at: Instant
  /** Who took it back, and the Idempotency-Key of that request. */
  readonly actor: string
  readonly key: string
  readonly reason: string
}

/** Before anything was published. */
export const noCatalogue: Catalogue = { cards: [], withdrawn: [], latest: 0, fetchedAt: 0 }

/** All published versions, as they were known at `fetchedAt`. */
export interface Catalogue {
  /** Without those withdrawn; in the order of their versions. */
  readonly cards: readonly RateCard[]
  readonly withdrawn: readonly { readonly card: RateCard; readonly withdrawal: Withdrawal }[]
  /** The last version that was given; 0: none. */
  readonly latest: number
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

/**
 * Whether a card reaches so far back that a process that has not seen it may still price usage of that time: by the versions
 * before it. So a process that has seen it must do the same.
 */
export const isDatedBack = (card: RateCard, time: Instant): boolean => time < card.publishedAt + NOTICE_MS

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

export type WithdrawalDecision =
  | { readonly kind: 'accepted'; readonly withdrawal: Withdrawal }
  | { readonly kind: 'withdrawn-before'; readonly withdrawal: Withdrawal }
  | { readonly kind: 'no-such-version' }
  /** It is in force, or will be before everybody knows; `detail` says since when. */
  | { readonly kind: 'too-late'; readonly detail: string }

/**
 * Decides whether a version may be taken back: only one that takes effect in ten minutes or later, since a withdrawal
 * changes prices as a publication does (account-log, "Rate-card freshness").
 */
export function decideWithdrawal(
  { cards, withdrawn, latest }: Pick<Catalogue, 'cards' | 'withdrawn' | 'latest'>,
  { of, at, actor, reason, key }: Omit<Withdrawal, 'version'>,
): WithdrawalDecision {
  const before = withdrawn.find(({ card }) => card.version === of)
  if (before !== undefined) return { kind: 'withdrawn-before', withdrawal: before.withdrawal }
  const card = cards.find(({ version }) => version === of)
  if (card === undefined) return { kind: 'no-such-version' }
  if (card.effectiveFrom < at + NOTICE_MS) {
    const from = instantText(card.effectiveFrom)
    return {
      kind: 'too-late',
      detail: `version ${of} prices usage from ${from} on; only one that takes effect in ten minutes or later can be withdrawn; publish a corrected version instead`,
    }
  }
  return { kind: 'accepted', withdrawal: { of, version: latest + 1, at, actor, reason, key } }
}
