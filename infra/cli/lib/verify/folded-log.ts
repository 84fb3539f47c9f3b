import { pack, unpack } from '../../../../shared/ledger/io/page-item.ts'
import type { Page } from '../../../../shared/ledger/page/page.ts'
import { foldLimits, limitsText, noLimitsYet } from '../../../../shared/limits/settings/limits-state.ts'
import {
  changeUserTiers,
  splitByShard,
  type UserTiers,
  userTierChanges,
  userTiersText,
} from '../../../../shared/limits/settings/user-tiers.ts'
import { foldMonths } from '../../../../shared/spend/fold-months.ts'
import { LIMITS_PART, userTiersPart } from '../../../../shared/spend/io/snapshots-table.ts'
import {
  type MonthTotals,
  mergeTotals,
  noTotals,
  readTotals,
  totalsText,
} from '../../../../shared/spend/month-totals.ts'
import {
  mergeSpends,
  POOL_ROOM_BYTES,
  readSpends,
  type Spends,
  spendsText,
  USER_ROOM_BYTES,
} from '../../../../shared/spend/spend.ts'
import type { DayOf } from '../../../../shared/time/day.ts'

/** One month of a log, folded up to a page. */
export interface Month {
  readonly totals: MonthTotals
  readonly users: Spends
  readonly pools: Spends
}

/** The months of a log, folded as it is read. */
export interface FoldedMonths {
  readonly add: (pages: readonly Page[]) => void
  readonly names: () => readonly string[]
  readonly month: (name: string) => Month | undefined
}

/** Pages come from this month and the one before; a month that rests is packed, a fiftieth of its size. */
const AWAKE = 2
const UNPACKED_BYTES = 256 * 1024 * 1024

interface Packed {
  readonly totals: Uint8Array
  readonly users: Uint8Array
  readonly pools: Uint8Array
}

export function foldedMonths(dayOf: DayOf): FoldedMonths {
  /** The one used last comes last. */
  const awake = new Map<string, Month>()
  const resting = new Map<string, Packed>()

  const month = (name: string): Month | undefined => {
    const packed = resting.get(name)
    const found = awake.get(name) ?? (packed && wake(packed))
    if (found !== undefined) keepAwake(name, found)
    return found
  }

  const keepAwake = (name: string, it: Month): void => {
    resting.delete(name)
    awake.delete(name)
    awake.set(name, it)
    for (const [other, one] of awake) {
      if (awake.size <= AWAKE) break
      awake.delete(other)
      resting.set(other, layToRest(one))
    }
  }

  const add = (pages: readonly Page[]): void => {
    for (const [name, change] of foldMonths(pages, dayOf)) {
      const { totals, users, pools } = month(name) ?? { totals: noTotals, users: new Map(), pools: new Map() }
      keepAwake(name, {
        totals: mergeTotals(totals, change.totals),
        users: mergeSpends(users, change.users, USER_ROOM_BYTES),
        pools: mergeSpends(pools, change.pools, POOL_ROOM_BYTES),
      })
    }
  }
  return { add, names: () => [...resting.keys(), ...awake.keys()].sort(), month }
}

const layToRest = ({ totals, users, pools }: Month): Packed => ({
  totals: pack(totalsText(totals)),
  users: pack(spendsText(users)),
  pools: pack(spendsText(pools)),
})

const wake = ({ totals, users, pools }: Packed): Month => ({
  totals: readTotals(unpack(totals, UNPACKED_BYTES)),
  users: readSpends(unpack(users, UNPACKED_BYTES)),
  pools: readSpends(unpack(pools, UNPACKED_BYTES)),
})

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
