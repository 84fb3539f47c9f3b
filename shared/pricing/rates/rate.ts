import * as z from 'zod/mini'
import type { Credits, Euros } from '../../money/amounts.ts'
import { Exact, exact, plain } from '../../money/exact.ts'
import { RATE_DECIMALS } from '../../money/limits.ts'
import { type Meter, meters } from '../../usage/meters.ts'
import { accountSchema, nameSchema } from '../../usage/text.ts'
import { noVariant, type Variant, variantOf, variantPairs, variantSchema } from '../../usage/variant.ts'
import { type Basis, basisSchema, isFromBasis, priceTextSchema } from './basis.ts'
import { type PriceTiers, perUnitOf, readTiers, TIERS, tierSchema, tiersBySchema } from './price-tiers.ts'

export const perSchema = z
  .string()
  .check(z.regex(/^[1-9][0-9]{0,11}$/, 'expected a whole number of units as a string, such as "1000000"'))

/** Other prices from certain quantities on. */
export const tiersSchema = z
  .array(tierSchema)
  .check(z.minLength(1, 'expected at least one tier'), z.maxLength(TIERS, `expected at most ${TIERS}`))

/** A begun package of `per` units costs a whole one. */
export const roundingSchema = z.literal('whole packages', 'expected "whole packages"')

export const unlistedVariantSchema = z.enum(['park', 'base'], 'expected "park" or "base"').check(
  z.meta({
    description:
      'Usage with a variant that the card does not list: `park` (default) lets it wait for a price of its own; `base` charges it at this price, which is then for every variant',
  }),
)

/** A rate as it is published: `price` for `per` units of `meter`, in euros (contracts, "Rate card"). */
export const rateSchema = z.strictObject({
  service: nameSchema,
  meter: z.enum(meters),
  variant: z.optional(variantSchema),
  /** A price of this account alone, which goes before everybody's. */
  account: z.optional(accountSchema),
  per: perSchema,
  price: priceTextSchema,
  currency: z.literal('EUR', 'expected "EUR"'),
  tiers: z.optional(tiersSchema),
  tiersBy: z.optional(tiersBySchema),
  rounding: z.optional(roundingSchema),
  basis: z.optional(basisSchema),
  unlistedVariant: z.optional(unlistedVariantSchema),
})

/**
 * The policy for usage with a variant that the card does not list: it is parked, or it costs this rate's price.
 *
 * `unsaid`: the card was published before rates said it, when every variant without a rate of its own was priced by the
 * next more general rate. What was charged by such a card is worked out again by that rule.
 */
export type UnlistedPolicy = z.infer<typeof unlistedVariantSchema> | 'unsaid'

export type PublishedRate = z.infer<typeof rateSchema>

/** A rate ready to price with. */
export interface Rate {
  readonly service: string
  readonly meter: Meter
  readonly variant: Variant
  /** Whose price it is; `undefined`: everybody's. */
  readonly account: string | undefined
  /** Euros for `per` units, as published. */
  readonly price: Euros
  readonly per: Exact
  /** Credits for one unit, exact; `undefined`: sold by the whole package alone. */
  readonly perUnit: Credits | undefined
  readonly tiers: PriceTiers | undefined
  readonly basis: Basis | undefined
  /** Of a rate for a variant: `park`; it is for that one alone. */
  readonly unlistedVariant: UnlistedPolicy
}

export type RateFault =
  /** The price of one unit has more decimals than a rate may have; a third of a credit can't be charged. */
  | 'inexact'
  | 'negative'
  | 'variant-of-many'
  | 'tiers-without-measure'
  | 'tiers-out-of-order'
  | 'slices-of-other-meters'
  | 'packages-in-tiers'
  | 'not-from-basis'
  | 'variant-for-others'

export type ReadRate = { readonly kind: 'rate'; readonly rate: Rate } | { readonly kind: RateFault }

/** Checks a rate before publication and makes it ready: its price must be the product of its basis. */
export function checkRate(published: PublishedRate): ReadRate {
  const { price, tiers = [], basis } = published
  const isRight = basis === undefined || isFromBasis({ price, tiers: tiers.map((tier) => tier.price) }, basis)
  return isRight ? readRate(published) : { kind: 'not-from-basis' }
}

/**
 * Makes a rate ready to price with; what can't be applied exactly is refused when it is published (account-log, "Numbers").
 *
 * @param unless the policy of a rate that has none of its own
 */
export function readRate(published: PublishedRate, unless: UnlistedPolicy = 'park'): ReadRate {
  const variant = variantOf(published.variant)
  if (variant !== noVariant && published.service.endsWith('*')) return { kind: 'variant-of-many' }
  if (variant !== noVariant && published.unlistedVariant !== undefined) return { kind: 'variant-for-others' }
  const unlistedVariant = variant === noVariant ? (published.unlistedVariant ?? unless) : 'park'
  const { service, meter, account, tiers: tierTexts, tiersBy, rounding, basis } = published
  if ((tierTexts === undefined) !== (tiersBy === undefined)) return { kind: 'tiers-without-measure' }
  if (rounding !== undefined && tierTexts !== undefined) return { kind: 'packages-in-tiers' }
  const price = exact(published.price) as Euros
  const per = new Exact(published.per)
  if (price.lt(0) || tierTexts?.some((tier) => exact(tier.price).lt(0))) return { kind: 'negative' }
  if (price.decimalPlaces() > RATE_DECIMALS) return { kind: 'inexact' }
  const perUnit = rounding === undefined ? perUnitOf(price, per) : undefined
  if (rounding === undefined && perUnit === undefined) return { kind: 'inexact' }
  const tiers = tierTexts && tiersBy && readTiers(tierTexts, tiersBy, meter, per)
  if (typeof tiers === 'string') return { kind: tiers }
  return {
    kind: 'rate',
    rate: { service, meter, variant, account, price, per, perUnit, tiers, basis, unlistedVariant },
  }
}

/** The rate as it was published. */
export function publishedRate({
  service,
  meter,
  variant,
  account,
  per,
  price,
  perUnit,
  tiers,
  basis,
  unlistedVariant,
}: Rate): PublishedRate {
  const pairs = variantPairs(variant)
  const steps = tiers?.steps.map((tier) => ({ above: plain(tier.above), price: plain(tier.price) }))
  return {
    service,
    meter,
    ...(pairs && { variant: pairs }),
    ...(account !== undefined && { account }),
    per: plain(per),
    price: plain(price),
    currency: 'EUR',
    ...(steps && tiers && { tiers: steps, tiersBy: tiers.by }),
    ...(perUnit === undefined && { rounding: 'whole packages' as const }),
    ...(basis && { basis }),
    ...(unlistedVariant === 'base' && { unlistedVariant }),
  }
}

/** Whether two rates are the same for all usage, however they came about: also for that with a variant which is not listed. */
export const isSameRate = (a: Rate, b: Rate): boolean => takesUnlisted(a) === takesUnlisted(b) && isSamePrice(a, b)

/** A rate as everybody's for the service and variant that it was found for: under their name, with no word on other variants. */
export const namedRate = (rate: Rate, { service, variant }: Pick<Rate, 'service' | 'variant'>): Rate => ({
  ...rate,
  service,
  variant,
  account: undefined,
  unlistedVariant: variant === noVariant ? rate.unlistedVariant : 'park',
})

/** Whether usage with a variant that the card does not list is priced by it. */
export const takesUnlisted = ({ unlistedVariant }: Rate): boolean => unlistedVariant !== 'park'

/** Whether two rates price the same. */
export function isSamePrice(a: Rate, b: Rate): boolean {
  if (a.perUnit === undefined || b.perUnit === undefined)
    return a.perUnit === b.perUnit && a.price.eq(b.price) && a.per.eq(b.per)
  return a.perUnit.eq(b.perUnit) && tiersText(a) === tiersText(b)
}

const tiersText = ({ tiers }: Rate): string =>
  tiers === undefined
    ? ''
    : JSON.stringify([
        tiers.by.scope,
        [...tiers.by.meters].sort(),
        tiers.steps.map(({ above, perUnit }) => [plain(above), plain(perUnit)]),
      ])

/** The fault of a rate, and the remedy. */
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
