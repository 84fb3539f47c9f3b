import type { Credits } from '../../money/amounts.ts'
import type { Limit } from '../decide/limits-on.ts'
import { hasReached } from '../settings/share.ts'

/** A limit of somebody in a window, and what was spent of it. */
export interface LimitStanding {
  readonly limit: Limit
  readonly spent: Credits
}

/** What a page did to a limit: a level was reached, or the whole of it and now there is room again. */
export type LimitCrossing =
  | ({ readonly kind: 'reached' /** In percent. */; readonly level: number } & LimitStanding)
  | ({ readonly kind: 'cleared' } & LimitStanding)

/** The same limit of the same somebody in the same window, whatever it is set to. */
export const standingKey = ({ key, scope, window }: Limit): string => JSON.stringify([key, scope, window.key])

/** Standings before and after a page, by `standingKey`. */
export type Standings = ReadonlyMap<string, LimitStanding>

const WHOLE = 100

/**
 * What a page did to limits: from what was spent and set before it to what is spent and set after it, whatever did it (a
 * charge, a late one, a re-rating, a limit that was lowered or raised, another tier).
 *
 * Of several levels that one page passes the highest is told. A limit that is new counts as passed from nothing.
 *
 * @param levels in percent, before and after
 */
export function limitCrossings(
  before: Standings,
  after: Standings,
  levels: { readonly before: readonly number[]; readonly after: readonly number[] },
): readonly LimitCrossing[] {
  const crossings: LimitCrossing[] = []
  for (const [key, standing] of after) {
    const was = before.get(key)
    const reached = levels.after.filter((level) => isAt(standing, level))
    const highest = reached.at(-1)
    const isTold = highest !== undefined && was !== undefined && levels.before.includes(highest) && isAt(was, highest)
    if (highest !== undefined && !isTold) crossings.push({ kind: 'reached', level: highest, ...standing })
    if (was !== undefined && wasWhole(was, levels.before) && !isAt(standing, WHOLE))
      crossings.push({ kind: 'cleared', ...standing })
  }
  for (const [key, standing] of before)
    if (!after.has(key) && wasWhole(standing, levels.before)) crossings.push({ kind: 'cleared', ...standing })
  return crossings
}

const isAt = ({ limit, spent }: LimitStanding, level: number): boolean => hasReached(spent, limit.limit, level)

const wasWhole = (standing: LimitStanding, levels: readonly number[]): boolean =>
  levels.includes(WHOLE) && isAt(standing, WHOLE)
