import { type Credits, credits } from '../../money/amounts.ts'
import type { TopUpTally } from '../tally/top-up-state.ts'
import type { Settings } from './settings.ts'

/** The low-balance levels: those set as amounts, and those set in percent of the newest top-up; each once. */
export function levelsOf(settings: Settings, tally: TopUpTally | undefined): readonly Credits[] {
  const last = tally?.lastCredits
  const shares =
    last === undefined || last.isZero()
      ? []
      : (settings.lowBalanceShares ?? []).map((percent) => last.times(percent).dividedBy(HUNDRED) as Credits)
  const levels = [...settings.lowBalanceLevels, ...shares]
  return levels.filter((level, place) => levels.findIndex((other) => other.eq(level)) === place)
}

const HUNDRED = credits('100')

/**
 * The levels that a page's balance fell below: an edge between two pages, and a function of them alone, so that anyone
 * can recompute it from the log.
 */
export function crossingsBetween(before: Credits, after: Credits, levels: readonly Credits[]): readonly Credits[] {
  return levels.filter((level) => before.gte(level) && after.lt(level))
}
