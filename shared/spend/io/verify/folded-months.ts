import { pack, unpack } from '../../../ledger/io/page-item.ts'
import type { Page } from '../../../ledger/page/page.ts'
import type { DayOf } from '../../../time/day.ts'
import { foldMonths } from '../../fold-months.ts'
import { type MonthTotals, mergeTotals, noTotals, readTotals, totalsText } from '../../month-totals.ts'
import { mergeSpends, POOL_ROOM_BYTES, readSpends, type Spends, spendsText, USER_ROOM_BYTES } from '../../spend.ts'

/** One month of a log, folded up to a page. */
export interface Month {
  readonly totals: MonthTotals
  readonly users: Spends
  readonly pools: Spends
}

/** Pages come from this month and the one before; a month that rests is packed, a fiftieth of its size. */
const AWAKE = 2
const UNPACKED_BYTES = 256 * 1024 * 1024

interface Packed {
  readonly totals: Uint8Array
  readonly users: Uint8Array
  readonly pools: Uint8Array
}

/** The months of a log, folded as it is read. */
export class FoldedMonths {
  readonly #dayOf: DayOf
  /** The one used last comes last. */
  readonly #awake = new Map<string, Month>()
  readonly #resting = new Map<string, Packed>()

  constructor(dayOf: DayOf) {
    this.#dayOf = dayOf
  }

  add(pages: readonly Page[]): void {
    for (const [name, change] of foldMonths(pages, this.#dayOf)) {
      const { totals, users, pools } = this.month(name) ?? { totals: noTotals, users: new Map(), pools: new Map() }
      this.#keepAwake(name, {
        totals: mergeTotals(totals, change.totals),
        users: mergeSpends(users, change.users, USER_ROOM_BYTES),
        pools: mergeSpends(pools, change.pools, POOL_ROOM_BYTES),
      })
    }
  }

  names(): readonly string[] {
    return [...this.#resting.keys(), ...this.#awake.keys()].sort()
  }

  month(name: string): Month | undefined {
    const packed = this.#resting.get(name)
    const found = this.#awake.get(name) ?? (packed && wake(packed))
    if (found !== undefined) this.#keepAwake(name, found)
    return found
  }

  #keepAwake(name: string, month: Month): void {
    this.#resting.delete(name)
    this.#awake.delete(name)
    this.#awake.set(name, month)
    for (const [other, one] of this.#awake) {
      if (this.#awake.size <= AWAKE) break
      this.#awake.delete(other)
      this.#resting.set(other, layToRest(one))
    }
  }
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
