import { type Instant, MINUTE_MS } from '../../time/instant.ts'

/**
 * W: how far a page's log time may be past the id time of an account-bound event that has no marker.
 *
 * A constant of the format: pages are searched for replays within it, so shrinking it would hide charges from their
 * replays and charge twice.
 */
export const FRESH_WINDOW_MS = 30 * MINUTE_MS

/** Where a page stands in the log. */
export interface PagePlace {
  readonly seq: number
  readonly logTime: Instant
}

/** Pages that a writer has read, every one from `from` to `to`; none has the event. */
export interface SeenRange {
  readonly from: PagePlace
  readonly to: PagePlace
}

/** The facts of an event that is to be written. */
export interface Claim {
  /** The time in its account-bound id; `undefined` for every other id. */
  readonly boundAt: Instant | undefined
  /** The seq in its marker: a writer without this marker wrote the event before that page. */
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
export function meetsCoverageRule({ boundAt, markerSeq }: Claim, seen: readonly SeenRange[], head: number): boolean {
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

/** `ranges` with one more page: ascending, not touching. Pages mostly come at an end, so that is where the search begins. */
export function withPlace(ranges: readonly SeenRange[], place: PagePlace): readonly SeenRange[] {
  let next = ranges.length
  while (next > 0 && (ranges[next - 1]?.from.seq ?? 0) > place.seq) next -= 1
  const [below, above] = [ranges[next - 1], ranges[next]]
  const joinsBelow = below !== undefined && below.to.seq === place.seq - 1
  const joinsAbove = above !== undefined && above.from.seq === place.seq + 1
  const joined: SeenRange = {
    from: joinsBelow ? below.from : place,
    to: joinsAbove ? above.to : place,
  }
  return [...ranges.slice(0, joinsBelow ? next - 1 : next), joined, ...ranges.slice(joinsAbove ? next + 1 : next)]
}

/** `ranges` with one more run of pages; those that it overlaps or touches become one with it. */
export function withRange(ranges: readonly SeenRange[], range: SeenRange): readonly SeenRange[] {
  const below = ranges.filter(({ to }) => to.seq < range.from.seq - 1)
  const above = ranges.filter(({ from }) => from.seq > range.to.seq + 1)
  const joined = ranges.slice(below.length, ranges.length - above.length)
  const lowest = joined.reduce((place, { from }) => (from.seq < place.seq ? from : place), range.from)
  const highest = joined.reduce((place, { to }) => (to.seq > place.seq ? to : place), range.to)
  return [...below, { from: lowest, to: highest }, ...above]
}
