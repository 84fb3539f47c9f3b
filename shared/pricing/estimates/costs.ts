import { type Credits, plus } from '../../money/amounts.ts'
import type { Exact } from '../../money/exact.ts'
import type { Category } from '../../usage/meters.ts'
import type { Quantities } from '../../usage/quantities.ts'
import type { Variant } from '../../usage/variant.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type MissingPrice, missingKey } from '../charge/missing-price.ts'
import { priceByCard } from '../charge/price-usage.ts'
import type { Use } from './uses.ts'

/** What one kind of use costs in a period. */
export interface CostLine {
  readonly category: Category
  readonly service: string
  readonly variant: Variant
  /** Of one use; `undefined`: of many that differ. */
  readonly quantities: Quantities | undefined
  readonly times: Exact
  /** Of all of them. */
  readonly credits: Credits
}

/** Uses without a price, which never means free. */
export interface UnpricedUse {
  readonly service: string
  readonly missing: MissingPrice
  readonly times: Exact
}

export interface Costs {
  readonly kind: 'costs'
  /** Without what has no price. */
  readonly lines: readonly CostLine[]
  readonly unpriced: readonly UnpricedUse[]
}

/** One use of it would cost more than one usage event may. */
export interface OutOfRange {
  readonly kind: 'out-of-range'
  readonly service: string
}

/**
 * What uses cost: each priced as one usage event, by the same function as billing does, times how often it comes.
 *
 * @param account whose prices; `''`: everybody's
 */
export function costsOf(uses: readonly Use[], card: RateCard | undefined, account: string): Costs | OutOfRange {
  const lines: CostLine[] = []
  const unpriced = new Map<string, UnpricedUse>()
  for (const use of uses) {
    const priced = priceByCard({ ...use, account }, card)
    if (priced.kind === 'out-of-range') return { kind: 'out-of-range', service: use.service }
    if (priced.kind === 'priced') lines.push({ ...use, credits: priced.total.times(use.times) as Credits })
    else for (const missing of priced.missing) addUnpriced(unpriced, use.service, missing, use.times)
  }
  return { kind: 'costs', lines, unpriced: [...unpriced.values()] }
}

export function addUnpriced(to: Map<string, UnpricedUse>, service: string, missing: MissingPrice, times: Exact): void {
  const key = missingKey(missing, service)
  to.set(key, { service, missing, times: to.get(key)?.times.plus(times) ?? times })
}

export function addLine(to: Map<string, CostLine>, line: CostLine): void {
  const key = `${line.category}\0${line.service}\0${line.variant}`
  const known = to.get(key)
  if (known === undefined) to.set(key, line)
  else to.set(key, { ...line, times: known.times.plus(line.times), credits: plus(known.credits, line.credits) })
}
