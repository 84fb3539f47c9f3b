import type { Page } from '../../../shared/ledger/page/page.ts'
import {
  changeUserTiers,
  foldLimits,
  limitsText,
  noLimitsYet,
  type UserTiers,
  userTierChanges,
  userTiersText,
} from '../../../shared/limits/settings/limits-state.ts'
import { splitByShard } from '../../../shared/limits/settings/user-shards.ts'
import { LIMITS_PART, userTiersPart } from '../../../shared/spend/io/snapshots-table.ts'
import type { DayOf } from '../../../shared/time/day.ts'

/** What a log says of limits, folded as it is read. */
export interface FoldedLimits {
  readonly add: (page: Page) => void
  /** The text that a part must have; `undefined`: the log never touched it. */
  readonly text: (part: string) => string | undefined
  /** Every part that there must be. */
  readonly parts: () => readonly string[]
}

export function foldedLimits(dayOf: DayOf): FoldedLimits {
  let state = noLimitsYet
  let isTouched = false
  const shards = new Map<string, UserTiers>()
  return {
    add: (page) => {
      const folded = foldLimits(state, page, dayOf)
      isTouched ||= folded !== state
      state = folded
      for (const [shard, changes] of splitByShard(userTierChanges([page])))
        shards.set(userTiersPart(shard), changeUserTiers(shards.get(userTiersPart(shard)) ?? new Map(), changes))
    },
    text: (part) => {
      const tiers = shards.get(part)
      if (tiers !== undefined) return userTiersText(tiers)
      return part === LIMITS_PART && isTouched ? limitsText(state) : undefined
    },
    parts: () => [...(isTouched ? [LIMITS_PART] : []), ...shards.keys()],
  }
}
