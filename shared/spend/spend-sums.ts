import { type Credits, plus } from '../money/amounts.ts'
import type { Window } from '../time/window.ts'
import type { Category } from '../usage/meters.ts'
import { counts, isWithin, type Selector, spentIn } from './selector.ts'
import { addWithRoom, type MutableSpend, rowKey } from './spend.ts'

/** The amount of a charge, or the change that a re-rating makes to one. */
export interface Spent {
  readonly category: Category
  readonly service: string
  /** `2026-11-24`, where the account is. */
  readonly day: string
  readonly credits: Credits
}

/** The spend of one spender in one month. Keeps each sum that a limit asked for, and updates it with each amount. */
export class SpendSums {
  readonly #month: string
  readonly #spend: MutableSpend
  readonly #sums = new Map<string, { readonly selector: Selector; readonly window: Window; spent: Credits }>()
  #mark = {}

  constructor(month: string, spend: MutableSpend = new Map()) {
    this.#month = month
    this.#spend = spend
  }

  /** A different object after each added amount. */
  get mark(): object {
    return this.#mark
  }

  /** @param room bytes for names of services: see `addWithRoom` */
  add(spent: Spent, room: number): void {
    this.#mark = {}
    addWithRoom(this.#spend, spent, spent.day.slice(-2), spent.credits, room)
    // Under OTHERS it counts in more selectors than its own name does: so the sums are added up again when asked for.
    if (!this.#spend.has(rowKey(spent.category, spent.service))) this.#sums.clear()
    for (const sum of this.#sums.values())
      if (counts(sum.selector, spent) && isWithin(spent.day, sum.window)) sum.spent = plus(sum.spent, spent.credits)
  }

  /** The part of this month's spend that a limit counts. */
  spent(selector: Selector, window: Window): Credits {
    const key = `${selector.category ?? ''} ${window.key} ${selector.service ?? ''}`
    const known = this.#sums.get(key) ?? {
      selector,
      window,
      spent: spentIn(this.#spend, this.#month, selector, window),
    }
    this.#sums.set(key, known)
    return known.spent
  }
}
