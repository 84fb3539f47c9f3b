import type { Instant } from '../../time/instant.ts'
import { type Claim, FRESH_WINDOW_MS, isFresh } from '../coverage/coverage-rule.ts'
import { PAGE_ENTRIES } from './page.ts'

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
