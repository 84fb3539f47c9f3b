import { type Credits, noCredits, plus } from '../../money/amounts.ts'
import { Exact } from '../../money/exact.ts'
import type { Instant } from '../../time/instant.ts'
import type { Category } from '../../usage/meters.ts'
import type { Quantities } from '../../usage/quantities.ts'
import { noVariant, type Variant } from '../../usage/variant.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type MissingPrice, missingKey } from '../charge/missing-price.ts'
import { priceByCard, type Usage } from '../charge/price-usage.ts'
import type { Use } from './uses.ts'

/** The cost of one kind of use in a period. */
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
  /** Without the uses that have no price. */
  readonly lines: readonly CostLine[]
  readonly unpriced: readonly UnpricedUse[]
}

/** One use of the service would cost more than one usage event may. */
export interface OutOfRange {
  readonly kind: 'out-of-range'
  readonly service: string
}

/**
 * The cost of uses: each is priced as one usage event, by the function that billing uses, times its number.
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

function addUnpriced(to: Map<string, UnpricedUse>, service: string, missing: MissingPrice, times: Exact): void {
  const key = missingKey(missing, service)
  to.set(key, { service, missing, times: to.get(key)?.times.plus(times) ?? times })
}

/** Another service in place of the used one. */
export interface Replacement {
  readonly service: string
  readonly by: string
}

/** The cost of past charges, priced again. */
export interface HistoryCosts extends Costs {
  readonly charges: number
  /** Their cost then, before corrections. */
  readonly charged: Credits
  readonly first: Instant | undefined
  readonly last: Instant | undefined
  readonly replaced: readonly (Replacement & { readonly charges: number })[]
}

const ONCE = new Exact(1)

/**
 * Prices charges again by a card, with other services where they are to be replaced: each with the quantities it had, so
 * that tiers and packages hold as they would be charged.
 */
export class HistoryTally {
  readonly #card: RateCard | undefined
  readonly #replacements: readonly Replacement[]
  readonly #by: ReadonlyMap<string, string>
  readonly #replaced = new Map<string, number>()
  readonly #lines = new Map<string, CostLine>()
  readonly #unpriced = new Map<string, UnpricedUse>()
  #charges = 0
  #charged = noCredits
  #first: Instant | undefined
  #last: Instant | undefined
  #outOfRange: OutOfRange | undefined

  constructor(card: RateCard | undefined, replacements: readonly Replacement[]) {
    this.#card = card
    this.#replacements = replacements
    this.#by = new Map(replacements.map((one) => [one.service, one.by]))
  }

  /** @param charged the cost of the usage then */
  add(usage: Usage, charged: Credits): void {
    this.#charges += 1
    this.#charged = plus(this.#charged, charged)
    this.#first = Math.min(this.#first ?? usage.time, usage.time)
    this.#last = Math.max(this.#last ?? usage.time, usage.time)
    const by = this.#by.get(usage.service)
    if (by !== undefined) this.#replaced.set(usage.service, (this.#replaced.get(usage.service) ?? 0) + 1)
    const service = by ?? usage.service

    const priced = priceByCard({ ...usage, service }, this.#card)
    if (priced.kind === 'priced') this.#addLine(usage.category, service, priced.total)
    else if (priced.kind === 'out-of-range') this.#outOfRange ??= { kind: 'out-of-range', service }
    else for (const missing of priced.missing) addUnpriced(this.#unpriced, service, missing, ONCE)
  }

  #addLine(category: Category, service: string, cost: Credits): void {
    const key = `${category}\0${service}`
    const { times, credits } = this.#lines.get(key) ?? { times: new Exact(0), credits: noCredits }
    const sums = { times: times.plus(ONCE), credits: plus(credits, cost) }
    this.#lines.set(key, { category, service, variant: noVariant, quantities: undefined, ...sums })
  }

  result(): HistoryCosts | OutOfRange {
    if (this.#outOfRange !== undefined) return this.#outOfRange
    return {
      kind: 'costs',
      lines: [...this.#lines.values()],
      unpriced: [...this.#unpriced.values()],
      charges: this.#charges,
      charged: this.#charged,
      first: this.#first,
      last: this.#last,
      replaced: this.#replacements.map((one) => ({ ...one, charges: this.#replaced.get(one.service) ?? 0 })),
    }
  }
}

/** The cost of charges, and their cost by another card. In credits. */
export interface CostComparison {
  readonly charges: number
  readonly before: Credits
  /** Without the charges that have no price by it. */
  readonly after: Credits
  readonly unpriced: readonly UnpricedCharges[]
}

/** Charges that a card has no price for. */
interface UnpricedCharges {
  readonly service: string
  readonly missing: MissingPrice
  readonly charges: number
  /** Their cost. */
  readonly credits: Credits
}

/** Compares charges with their prices by a card, whenever they were. */
export class CostTally {
  readonly #card: RateCard
  readonly #unpriced = new Map<string, UnpricedCharges>()
  #charges = 0
  #before = noCredits
  #after = noCredits

  constructor(card: RateCard) {
    this.#card = card
  }

  /** @param charged the cost of the usage then */
  add(usage: Usage, charged: Credits): void {
    this.#charges += 1
    this.#before = plus(this.#before, charged)
    const priced = priceByCard(usage, this.#card)
    if (priced.kind === 'priced') this.#after = plus(this.#after, priced.total)
    if (priced.kind !== 'unpriced') return
    for (const missing of priced.missing) {
      const key = missingKey(missing, usage.service)
      const { charges, credits } = this.#unpriced.get(key) ?? { charges: 0, credits: noCredits }
      const sums = { charges: charges + 1, credits: plus(credits, charged) }
      this.#unpriced.set(key, { service: usage.service, missing, ...sums })
    }
  }

  result(): CostComparison {
    const unpriced = [...this.#unpriced.values()]
    return { charges: this.#charges, before: this.#before, after: this.#after, unpriced }
  }
}
