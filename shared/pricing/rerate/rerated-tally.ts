import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import { type AmountText, amountText, type Credits, minus, noCredits, plus } from '../../money/amounts.ts'
import { byName } from '../../text/order.ts'
import { type Instant, instantText } from '../../time/instant.ts'

/** Why a charge was left as it is: each is for a person to decide. */
type LeftAlone = 'refunded' | 'unpriced' | 'conflict'

/** So many charges that were left alone are named one by one; all are counted. */
const NAMED = 100

interface Sums {
  charges: number
  corrected: number
  before: Credits
  after: Credits
}

export interface RerateFigures {
  readonly charges: number
  readonly corrected: number
  readonly unchanged: number
  readonly leftAlone: Readonly<Record<LeftAlone, number>>
  readonly named: readonly {
    readonly source: string
    readonly id: string
    readonly time: string
    readonly service: string
    readonly reason: LeftAlone
  }[]
  readonly before: AmountText
  readonly after: AmountText
  /** As it changes the balance. */
  readonly difference: AmountText
  readonly byService: readonly {
    readonly service: string
    readonly charges: number
    readonly corrected: number
    readonly before: AmountText
    readonly after: AmountText
    readonly difference: AmountText
  }[]
}

/** Counts what a re-rating comes to. Each charge is told once. */
export interface RerateTally {
  readonly corrected: (charge: ChargeEntry, before: Credits, after: Credits) => void
  readonly unchanged: (charge: ChargeEntry, cost: Credits) => void
  readonly leftAlone: (charge: ChargeEntry, cost: Credits, reason: LeftAlone) => void
  readonly figures: () => RerateFigures
}

export function rerateTally(): RerateTally {
  const services = new Map<string, Sums>()
  const leftAlone = { refunded: 0, unpriced: 0, conflict: 0 }
  const named: RerateFigures['named'][number][] = []
  let unchanged = 0

  const add = ({ service }: ChargeEntry, before: Credits, after: Credits, corrected: number): void => {
    const sums = services.get(service) ?? { charges: 0, corrected: 0, before: noCredits, after: noCredits }
    services.set(service, sums)
    sums.charges += 1
    sums.corrected += corrected
    sums.before = plus(sums.before, before)
    sums.after = plus(sums.after, after)
  }

  const figures = (): RerateFigures => {
    const all: Sums = { charges: 0, corrected: 0, before: noCredits, after: noCredits }
    for (const one of services.values()) {
      all.charges += one.charges
      all.corrected += one.corrected
      all.before = plus(all.before, one.before)
      all.after = plus(all.after, one.after)
    }
    const byService = [...services].sort(byName)
    return {
      charges: all.charges,
      corrected: all.corrected,
      unchanged,
      leftAlone: { ...leftAlone },
      named: [...named],
      ...amountsOf(all),
      byService: byService.map(([service, sums]) => ({
        service,
        charges: sums.charges,
        corrected: sums.corrected,
        ...amountsOf(sums),
      })),
    }
  }

  return {
    corrected: (charge, before, after) => add(charge, before, after, 1),
    unchanged: (charge, cost) => {
      unchanged += 1
      add(charge, cost, cost, 0)
    },
    leftAlone: (charge, cost, reason) => {
      leftAlone[reason] += 1
      if (named.length < NAMED) named.push(nameOf(charge, reason))
      add(charge, cost, cost, 0)
    },
    figures,
  }
}

const nameOf = (
  { source, id, time, service }: { source: string; id: string; time: Instant; service: string },
  reason: LeftAlone,
) => ({ source, id, time: instantText(time), service, reason })

const amountsOf = ({ before, after }: Sums) => ({
  before: amountText(before),
  after: amountText(after),
  difference: amountText(minus(before, after)),
})
