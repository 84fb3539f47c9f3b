import type { Instant } from '../../time/instant.ts'
import { FRESH_WINDOW_MS } from '../page/page-bounds.ts'

/** Where a page stands in the log. */
export interface Place {
  readonly seq: number
  readonly logTime: Instant
}

/** Pages that a writer has read, every one from `from` to `to`, and found without the event. */
export interface SeenRange {
  readonly from: Place
  readonly to: Place
}

/** What is known of an event that wants to be written. */
export interface Claim {
  /** The time in its account-bound id; `undefined` for every other id. */
  readonly boundAt: Instant | undefined
  /** The seq in its marker: everything that wrote it without this marker did so before. */
  readonly markerSeq: number | undefined
}

/** Fresh: a replay of the event can only stand in pages up to W past its id time, so it needs no marker. */
export const isFresh = (boundAt: Instant, logTime: Instant): boolean => logTime <= boundAt + FRESH_WINDOW_MS

/**
 * The coverage rule, asserted at every put: an event may go into the page after `head` only if every page p up to the
 * head is (a) seen and without it; or (b) for bound ids: logTime(p) < id time; or (c) p ≤ marker seq, and for bound ids
 * also logTime(p) > id time + W.
 *
 * Log times never fall, so the pages of a gap between two seen ranges lie between the log times at its rims.
 *
 * @param seen ascending, not touching
 */
export function isCovered({ boundAt, markerSeq }: Claim, seen: readonly SeenRange[], head: number): boolean {
  let below: SeenRange | undefined
  for (const above of [...seen, undefined]) {
    const gap = { first: (below?.to.seq ?? 0) + 1, last: above === undefined ? head : above.from.seq - 1 }
    const empty = gap.first > gap.last
    const allBefore = boundAt !== undefined && above !== undefined && above.from.logTime < boundAt
    const allAfter = boundAt === undefined || (below !== undefined && below.to.logTime > boundAt + FRESH_WINDOW_MS)
    const allMarked = markerSeq !== undefined && gap.last <= markerSeq && allAfter
    if (!empty && !allBefore && !allMarked) return false
    below = above
  }
  return true
}
