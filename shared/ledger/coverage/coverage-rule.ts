import { type Instant, MINUTE_MS } from '../../time/instant.ts'
import { PAGE_ENTRIES } from '../page/page.ts'

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

/** Entries of a page whose identities had to be searched for and marked one by one. */
const PAGE_SEARCHES = 250

/**
 * Which of the claims may share the next page, in its order: those without a bound time first, then by id time.
 *
 * A page's log time is the newest id time in it, and no event without a marker may stand in a page more than W past its
 * own: what is further apart waits for the page after.
 */
export function choosePage<T extends Claim>(claims: readonly T[], headLogTime: Instant): readonly T[] {
  const inOrder = [...claims].sort((a, b) => (a.boundAt ?? 0) - (b.boundAt ?? 0))
  let latest = Number.POSITIVE_INFINITY
  const chosen: T[] = []
  for (const claim of inOrder) {
    if (chosen.length === PAGE_ENTRIES || (claim.boundAt ?? 0) > latest) break
    chosen.push(claim)
    const needsWindow =
      claim.markerSeq === undefined && claim.boundAt !== undefined && isFresh(claim.boundAt, headLogTime)
    if (needsWindow && claim.boundAt !== undefined) latest = Math.min(latest, claim.boundAt + FRESH_WINDOW_MS)
  }
  return chosen
}

/**
 * The proposals for the next page: oldest ids first, as many as a page holds, but few of those that must be
 * searched for and marked. So each page is progress that a function out of time does not lose.
 */
export function nextPortion<T extends Claim>(claims: readonly T[], headLogTime: Instant): readonly T[] {
  const isCheap = ({ boundAt }: T) => boundAt !== undefined && isFresh(boundAt, headLogTime)
  const inOrder = [...claims].sort((a, b) => (a.boundAt ?? 0) - (b.boundAt ?? 0))
  const searched = inOrder.filter((claim) => !isCheap(claim)).slice(0, PAGE_SEARCHES)
  return [...searched, ...inOrder.filter(isCheap).slice(0, PAGE_ENTRIES - searched.length)]
}
