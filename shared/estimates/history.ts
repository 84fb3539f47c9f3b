import { type Credits, noCredits, plus } from '../money/amounts.ts'
import type { Exact } from '../money/exact.ts'
import { priceByCard, type Usage } from '../rates/price-charge.ts'
import type { RateCard } from '../rates/rate-card.ts'
import type { Category, Meter } from '../usage/meters.ts'

/** What an account's own usage cost over some days, and what it would cost with other models in place of some. */
export interface HistoryTally {
  readonly add: (usage: Usage, charged: Credits) => void
  readonly result: () => History
}

export interface History {
  readonly charges: number
  /** What was charged. */
  readonly charged: Credits
  /** By category, with the other models. */
  readonly byCategory: ReadonlyMap<Category, Credits>
  readonly total: Credits
  /** Usage that the other model has no price for: it is in no sum. */
  readonly unpriced: readonly { readonly service: string; readonly meter: Meter }[]
}

/**
 * Adds up charges. What is replaced is priced again, event by event, by the other model's rates; all else stays at what it
 * was charged.
 *
 * @param replace by service, the one in its place
 */
export function historyTally(replace: ReadonlyMap<string, string>, card: RateCard | undefined): HistoryTally {
  let [charges, charged, total] = [0, noCredits, noCredits]
  const byCategory = new Map<Category, Credits>()
  const unpriced = new Map<string, { service: string; meter: Meter }>()

  const costOf = (usage: Usage, before: Credits): Credits => {
    const service = replace.get(usage.service)
    if (service === undefined || card === undefined) return before
    const priced = priceByCard({ ...usage, service }, card)
    if (priced.kind === 'priced') return priced.total
    const missing = priced.kind === 'unpriced' ? priced.missing : [...usage.quantities.keys()]
    for (const meter of missing) unpriced.set(`${service}\0${meter}`, { service, meter })
    return noCredits
  }
  return {
    add: (usage, before) => {
      const cost = costOf(usage, before)
      charges += 1
      charged = plus(charged, before)
      total = plus(total, cost)
      byCategory.set(usage.category, plus(byCategory.get(usage.category) ?? noCredits, cost))
    },
    result: () => ({ charges, charged, byCategory, total, unpriced: [...unpriced.values()] }),
  }
}

/** A month of thirty days at the pace of some days. */
export const monthOf = (amount: Credits, days: number, growth: Exact): Credits =>
  amount.times(30).dividedBy(days).times(growth.dividedBy(100).plus(1)) as Credits
