import { type Credits, type Euros, sumOf, toCredits } from '../../money/amounts.ts'
import type { Exact } from '../../money/exact.ts'
import { LARGEST_CHARGE } from '../../money/limits.ts'
import type { Meter } from '../../usage/meters.ts'
import type { Quantities } from '../../usage/quantities.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { cardInForce, isDatedBack } from '../cards/catalogue.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { type PriceTier, slicesOf, tierReached } from '../rates/price-tiers.ts'
import type { Rate } from '../rates/rate.ts'
import type { MissingPrice } from './missing-price.ts'

/** One meter's part of a charge. */
export interface PricedRow {
  readonly meter: Meter
  readonly quantity: Exact
  readonly rate: Rate
  /** Euros for the rate's `per` units: its own price, or that of the tier. */
  readonly price: Euros
  /** Units above which this price holds; `undefined`: the rate's own price. */
  readonly above: Exact | undefined
  /** Whole packages that were counted; `undefined`: not sold so. */
  readonly packages: Exact | undefined
  /** Exact. */
  readonly credits: Credits
}

export type Priced =
  | { readonly kind: 'priced'; readonly rateCard: number; readonly rows: readonly PricedRow[]; readonly total: Credits }
  | { readonly kind: 'unpriced'; readonly missing: readonly MissingPrice[] }
  /** More than one event may cost. */
  | { readonly kind: 'out-of-range' }

/** The fields that pricing looks at, of an event or of a charge that is priced again. */
export type Usage = Pick<UsageEvent, 'account' | 'time' | 'category' | 'service' | 'variant' | 'quantities'>

/**
 * Prices usage by the card in force at its own time, in credits, exact to the last digit.
 *
 * Every meter that was used needs a rate: one without makes the whole event `unpriced`, never free. A quantity of 0 needs
 * none; nothing but zeros costs 0. A card that is dated back gives prices where there were none: usage that the versions
 * before it price whole keeps that price (account-log, "Rate-card freshness").
 * Source: seed page, "What does an action cost?" and "Credits are calculated … without artificial rounding".
 */
export function priceUsage(usage: Usage, cards: readonly RateCard[]): Priced {
  const card = cardInForce(cards, usage.time)
  if (card !== undefined && isDatedBack(card, usage.time)) {
    const before = priceUsage(usage, cards.slice(0, cards.indexOf(card)))
    if (before.kind !== 'unpriced') return before
  }
  return priceByCard(usage, card)
}

/**
 * The same with a given card: how a charge is priced again from its quantities and version.
 *
 * @param card `undefined`: none is in force, and nothing has a price, also no zeros: a charge names a version
 */
export function priceByCard(usage: Omit<Usage, 'time'>, card: RateCard | undefined): Priced {
  const { quantities } = usage
  if (card === undefined) {
    return { kind: 'unpriced', missing: [...quantities.keys()].map((meter) => ({ kind: 'service', meter })) }
  }
  const rows: PricedRow[] = []
  const missing: MissingPrice[] = []
  for (const [meter, quantity] of quantities) {
    if (quantity.isZero()) continue
    const found = card.rateFor(usage, meter)
    if (found.kind === 'rate') addRows(rows, found.rate, quantity, quantities)
    else missing.push(found)
  }
  if (missing.length > 0) return { kind: 'unpriced', missing }

  const total = sumOf(rows.map((row) => row.credits))
  return total.lte(LARGEST_CHARGE) ? { kind: 'priced', rateCard: card.version, rows, total } : { kind: 'out-of-range' }
}

/** One row; several where slices have prices of their own. */
function addRows(rows: PricedRow[], rate: Rate, quantity: Exact, quantities: Quantities): void {
  const { meter, perUnit, tiers } = rate
  if (perUnit === undefined) {
    const packages = quantity.dividedBy(rate.per).ceil()
    const credits = toCredits(packages.times(rate.price) as Euros)
    rows.push({ meter, quantity, rate, price: rate.price, above: undefined, packages, credits })
    return
  }
  const rowOf = (units: Exact, tier: PriceTier | undefined): PricedRow => ({
    meter,
    quantity: units,
    rate,
    price: tier?.price ?? rate.price,
    above: tier?.above,
    packages: undefined,
    credits: (tier?.perUnit ?? perUnit).times(units) as Credits,
  })
  if (tiers === undefined) rows.push(rowOf(quantity, undefined))
  else if (tiers.by.scope === 'event') rows.push(rowOf(quantity, tierReached(tiers, quantities)))
  else for (const { quantity: units, tier } of slicesOf(tiers, quantity)) rows.push(rowOf(units, tier))
}
