import type { Page } from '../../ledger/page/page.ts'
import { LIMITS_PART, userTiersPart } from '../../spend/io/snapshots-table.ts'
import type { DayOf } from '../../time/day.ts'
import { foldLimits, limitsText, noLimitsYet } from '../settings/limits-state.ts'
import {
  changeUserTiers,
  splitByShard,
  type UserTiers,
  userTierChanges,
  userTiersText,
} from '../settings/user-tiers.ts'

/** The limits of a log, folded while it is read. */
export class FoldedLimits {
  readonly #dayOf: DayOf
  #state = noLimitsYet
  #isTouched = false
  readonly #shards = new Map<string, UserTiers>()

  constructor(dayOf: DayOf) {
    this.#dayOf = dayOf
  }

  add(page: Page): void {
    const folded = foldLimits(this.#state, page, this.#dayOf)
    this.#isTouched ||= folded !== this.#state
    this.#state = folded
    for (const [shard, changes] of splitByShard(userTierChanges([page]))) {
      const part = userTiersPart(shard)
      this.#shards.set(part, changeUserTiers(this.#shards.get(part) ?? new Map(), changes))
    }
  }

  /** The text that a part must have; `undefined`: the log never touched it. */
  text(part: string): string | undefined {
    const tiers = this.#shards.get(part)
    if (tiers !== undefined) return userTiersText(tiers)
    return part === LIMITS_PART && this.#isTouched ? limitsText(this.#state) : undefined
  }

  /** Every part that there must be. */
  parts(): readonly string[] {
    return [...(this.#isTouched ? [LIMITS_PART] : []), ...this.#shards.keys()]
  }
}
