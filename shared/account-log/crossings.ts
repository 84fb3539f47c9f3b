import type { Credits } from '../money/amounts.ts'

/**
 * The levels that a page's balance fell below: an edge between two pages, and a function of them alone, so that anyone
 * can recompute it from the log.
 */
export function crossingsBetween(before: Credits, after: Credits, levels: readonly Credits[]): readonly Credits[] {
  return levels.filter((level) => before.gte(level) && after.lt(level))
}
