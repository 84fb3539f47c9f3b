import { Exact, exact, plain } from '../../money/exact.ts'
import { RATE_DECIMALS } from '../../money/limits.ts'
import type { PublishedRate, RateFault } from './rate.ts'

/** What is wrong with a rate, and what to do. */
export function faultText(fault: RateFault, rate: PublishedRate): string {
  return fault === 'inexact' ? `${TEXTS.inexact}; ${nearestText(rate)}` : TEXTS[fault]
}

const TEXTS: Readonly<Record<RateFault, string>> = {
  inexact: 'the price of one unit has more than 18 decimals and could not be charged exactly',
  negative: 'the price would be below zero',
  'tiers-without-measure': 'tiers and tiersBy belong together: one says the prices, the other what is compared',
  'tiers-out-of-order': 'each tier has to begin above the one before it',
  'slices-of-other-meters': 'slices are cut by the meter of the rate itself; only "scope": "event" can look at others',
  'packages-in-tiers': 'whole packages and tiers can not be combined',
  'not-from-basis':
    'the price is not listPrice × exchangeRate × (1 + markupPercent / 100) + markupFixed, to the last digit',
  'variant-for-others': 'a rate for a variant is for that one alone; say unlistedVariant in the rate without a variant',
  'variant-of-many': 'a variant needs a service of its own; `*` and `vendor/*` have none',
}

/** The nearest prices for its `per` units that can be charged exactly. */
function nearestPrices({ price, per }: Pick<PublishedRate, 'price' | 'per'>): readonly [string, string] {
  const units = new Exact(per)
  const perUnit = exact(price).dividedBy(units)
  const near = (rounding: 0 | 1): string => plain(perUnit.toDecimalPlaces(RATE_DECIMALS, rounding).times(units))
  return [near(Exact.ROUND_DOWN), near(Exact.ROUND_UP)]
}

function nearestText(rate: PublishedRate): string {
  const firstInexact = [rate.price, ...(rate.tiers ?? []).map(({ price }) => price)].find((price) => {
    const [below, above] = nearestPrices({ ...rate, price })
    return below !== above
  })
  const [below, above] = nearestPrices({ ...rate, price: firstInexact ?? rate.price })
  return `the nearest prices for ${rate.per} that can be charged are ${below} and ${above}`
}
