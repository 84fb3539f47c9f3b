import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import { type AmountText, amountText, type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import { byName } from '../../text/order.ts'
import { type Instant, instantText } from '../../time/instant.ts'

/** Why a charge was left as it is: each is for a person to decide. */
type LeftAlone = 'refunded' | 'unpriced' | 'conflict'

/** The most charges left alone that are named one by one; all are counted. */
const NAMED = 100

interface Sums {
  charges: number
  corrected: number
  before: Credits
  after: Credits
}

interface Figures {
  readonly charges: number
  readonly corrected: number
  readonly before: AmountText
  readonly after: AmountText
  /** As it changes the balance. */
  readonly difference: AmountText
}

export interface RerateFigures extends Figures {
  readonly unchanged: number
  readonly leftAlone: Readonly<Record<LeftAlone, number>>
  readonly named: readonly {
    readonly source: string
    readonly id: string
    readonly time: string
    readonly service: string
    readonly reason: LeftAlone
  }[]
  readonly byService: readonly (Figures & { readonly service: string })[]
}

/** Counts the results of a re-rating. Each charge is added once. */
export class RerateTally {
  readonly #services = new Map<string, Sums>()
  readonly #leftAlone = { refunded: 0, unpriced: 0, conflict: 0 }
  readonly #named: RerateFigures['named'][number][] = []
  #unchanged = 0

  corrected(charge: ChargeEntry, before: Credits, after: Credits): void {
    this.#add(charge, before, after, 1)
  }

  unchanged(charge: ChargeEntry, cost: Credits): void {
    this.#unchanged += 1
    this.#add(charge, cost, cost, 0)
  }

  leftAlone(charge: ChargeEntry, cost: Credits, reason: LeftAlone): void {
    this.#leftAlone[reason] += 1
    if (this.#named.length < NAMED) this.#named.push(nameOf(charge, reason))
    this.#add(charge, cost, cost, 0)
  }

  #add({ service }: ChargeEntry, before: Credits, after: Credits, corrected: number): void {
    const sums = this.#services.get(service) ?? noSums()
    this.#services.set(service, sums)
    sums.charges += 1
    sums.corrected += corrected
    sums.before = plus(sums.before, before)
    sums.after = plus(sums.after, after)
  }

  figures(): RerateFigures {
    const all = noSums()
    for (const one of this.#services.values()) {
      all.charges += one.charges
      all.corrected += one.corrected
      all.before = plus(all.before, one.before)
      all.after = plus(all.after, one.after)
    }
    return {
      ...figuresOf(all),
      unchanged: this.#unchanged,
      leftAlone: { ...this.#leftAlone },
      named: [...this.#named],
      byService: [...this.#services].sort(byName).map(([service, sums]) => ({ service, ...figuresOf(sums) })),
    }
  }
}

const noSums = (): Sums => ({ charges: 0, corrected: 0, before: noCredits, after: noCredits })

const nameOf = (
  { source, id, time, service }: { source: string; id: string; time: Instant; service: string },
  reason: LeftAlone,
) => ({ source, id, time: instantText(time), service, reason })

const figuresOf = ({ charges, corrected, before, after }: Sums) => ({
  charges,
  corrected,
  before: amountText(before),
  after: amountText(after),
  difference: amountText(minus(before, after)),
})
