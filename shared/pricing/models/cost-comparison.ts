import { type Credits, noCredits, plus } from '../../money/amounts.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type MissingPrice, missingKey } from '../charge/missing-price.ts'
import { priceByCard, type Usage } from '../charge/price-usage.ts'

/** What charges cost, and what they would have cost by another card. In credits. */
export interface CostComparison {
  readonly charges: number
  readonly before: Credits
  /** Without those that have no price by it. */
  readonly after: Credits
  readonly unpriced: readonly UnpricedUsage[]
}

/** Charges that a card has no price for. */
interface UnpricedUsage {
  readonly service: string
  readonly missing: MissingPrice
  readonly charges: number
  /** What they have cost. */
  readonly credits: Credits
}

/** Adds up, charge by charge. */
export interface CostTally {
  readonly add: (usage: Usage, charged: Credits) => void
  readonly result: () => CostComparison
}

/** Compares the charges that are added with their prices by `card`, whenever they were. */
export function costTally(card: RateCard): CostTally {
  let [charges, before, after] = [0, noCredits, noCredits]
  const unpriced = new Map<string, UnpricedUsage>()

  const add: CostTally['add'] = (usage, charged) => {
    charges += 1
    before = plus(before, charged)
    const priced = priceByCard(usage, card)
    if (priced.kind === 'priced') after = plus(after, priced.total)
    if (priced.kind !== 'unpriced') return
    for (const missing of priced.missing) {
      const key = missingKey(missing, usage.service)
      const known = unpriced.get(key) ?? { service: usage.service, missing, charges: 0, credits: noCredits }
      unpriced.set(key, { ...known, charges: known.charges + 1, credits: plus(known.credits, charged) })
    }
  }
  return { add, result: () => ({ charges, before, after, unpriced: [...unpriced.values()] }) }
}
