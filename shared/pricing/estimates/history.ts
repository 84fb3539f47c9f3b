import { type Credits, noCredits, plus } from '../../money/amounts.ts'
import { Exact } from '../../money/exact.ts'
import type { Instant } from '../../time/instant.ts'
import { noVariant } from '../../usage/variant.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { priceByCard, type Usage } from '../charge/price-usage.ts'
import { addLine, addUnpriced, type CostLine, type Costs, type OutOfRange, type UnpricedUse } from './costs.ts'

/** Another service in the place of one that was used. */
export interface Replacement {
  readonly service: string
  readonly by: string
}

/** What charges of the past would cost again. */
export interface HistoryCosts extends Costs {
  readonly charges: number
  /** What they did cost, before corrections. */
  readonly charged: Credits
  readonly first: Instant | undefined
  readonly last: Instant | undefined
  readonly replaced: readonly (Replacement & { readonly charges: number })[]
}

/** Adds up, charge by charge. */
export interface HistoryTally {
  readonly add: (usage: Usage, charged: Credits) => void
  readonly result: () => HistoryCosts | OutOfRange
}

const ONCE = new Exact(1)

/**
 * Prices charges again by `card`, with other services where they are to be replaced: each with the quantities it had, so
 * that tiers and packages hold as they would be charged.
 */
export function historyTally(card: RateCard | undefined, replacements: readonly Replacement[]): HistoryTally {
  const by = new Map(replacements.map((one) => [one.service, one.by]))
  const replaced = new Map<string, number>()
  const lines = new Map<string, CostLine>()
  const unpriced = new Map<string, UnpricedUse>()
  let [charges, charged] = [0, noCredits]
  let first: Instant | undefined
  let last: Instant | undefined
  let outOfRange: OutOfRange | undefined

  const add: HistoryTally['add'] = (usage, cost) => {
    charges += 1
    charged = plus(charged, cost)
    first = Math.min(first ?? usage.time, usage.time)
    last = Math.max(last ?? usage.time, usage.time)
    const service = by.get(usage.service) ?? usage.service
    if (by.has(usage.service)) replaced.set(usage.service, (replaced.get(usage.service) ?? 0) + 1)

    const priced = priceByCard({ ...usage, service }, card)
    if (priced.kind === 'out-of-range') outOfRange ??= { kind: 'out-of-range', service }
    if (priced.kind === 'unpriced') for (const missing of priced.missing) addUnpriced(unpriced, service, missing, ONCE)
    if (priced.kind !== 'priced') return
    const { category } = usage
    addLine(lines, { category, service, variant: noVariant, quantities: undefined, times: ONCE, credits: priced.total })
  }

  const result = (): HistoryCosts | OutOfRange =>
    outOfRange ?? {
      kind: 'costs',
      lines: [...lines.values()],
      unpriced: [...unpriced.values()],
      charges,
      charged,
      first,
      last,
      replaced: replacements.map((one) => ({ ...one, charges: replaced.get(one.service) ?? 0 })),
    }
  return { add, result }
}
