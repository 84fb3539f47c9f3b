import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { Exact, exact, plain } from '../../money/exact.ts'
import { RATE_DECIMALS } from '../../money/limits.ts'
import { type Category, categories, type Meter, meters } from '../../usage/meters.ts'
import { accountSchema, daySchema, nameSchema } from '../../usage/text.ts'
import {
  currencySchema,
  exchangeRateSchema,
  percentSchema,
  priceFromBasis,
  priceTextSchema,
  sourceSchema,
} from './basis.ts'
import { type PublishedRate, perSchema } from './rate.ts'

/**
 * An addition to list prices, in percent, as a fixed amount of euros for `per` units, or both; narrowed to an account, a
 * category of usage, a service (`vendor/model`, `vendor/*`) and a meter.
 */
const markupSchema = z
  .strictObject({
    account: z.optional(accountSchema),
    category: z.optional(z.enum(categories)),
    service: z.optional(nameSchema),
    meter: z.optional(z.enum(meters)),
    percent: z.optional(percentSchema),
    fixed: z.optional(z.strictObject({ price: priceTextSchema, per: perSchema })),
  })
  .check(
    ruled(({ percent, fixed }) => percent !== undefined || fixed !== undefined, 'expected percent, fixed, or both'),
  )

export type Markup = z.infer<typeof markupSchema>

/** Whether it holds for everybody's usage of every category: then it stands in the rates themselves. */
export const isGeneral = ({ account, category }: Markup): boolean => account === undefined && category === undefined

/** The key to look up a markup. Without an account or a category, only general ones count. */
export interface MarkedUsage {
  readonly account?: string
  readonly category?: Category | undefined
  readonly service: string
  readonly meter: Meter
}

/** The markup for some usage: that for its account goes before others, then for its model, vendor, meter, category. */
export function findMarkup(markups: readonly Markup[], usage: MarkedUsage): Markup | undefined {
  let best: Markup | undefined
  for (const markup of markups) {
    if (isFor(markup, usage) && (best === undefined || rankOf(markup) > rankOf(best))) best = markup
  }
  return best
}

const isFor = ({ account, category, service = '*', meter }: Markup, usage: MarkedUsage): boolean =>
  (account ?? usage.account) === usage.account &&
  (category ?? usage.category) === usage.category &&
  (meter ?? usage.meter) === usage.meter &&
  covers(service, usage.service)

/** Whether a rate may be asked for usage that the markup is for. */
export const mayApply = ({ service = '*', meter }: Markup, rate: Pick<PublishedRate, 'service' | 'meter'>): boolean =>
  (meter ?? rate.meter) === rate.meter && (covers(service, rate.service) || covers(rate.service, service))

const covers = (scope: string, service: string): boolean =>
  scope === service || (scope.endsWith('*') && service.startsWith(scope.slice(0, -1)))

function rankOf({ account, category, service = '*', meter }: Markup): number {
  const narrowness = service === '*' ? 0 : service.endsWith('*') ? 1 : 2
  return (account ? 100 : 0) + narrowness * 10 + (meter ? 2 : 0) + (category ? 1 : 0)
}

/** Equal for markups that stand for the same usage, of which there may be one alone. */
export const scopeOf = ({ account, category, service = '*', meter }: Markup): string =>
  [account, category, service, meter].join('\0')

/**
 * A rate that has a list price, with another markup; `undefined`: the fixed amount for its `per` units has no end.
 *
 * The price may have more decimals than can be charged: who publishes it checks.
 */
export function withMarkup(
  rate: PublishedRate & { readonly basis: NonNullable<PublishedRate['basis']> },
  { percent = '0', fixed }: Pick<Markup, 'percent' | 'fixed'>,
): PublishedRate | undefined {
  const added = fixed === undefined ? undefined : fixedFor(rate.per, fixed)
  if (fixed !== undefined && added === undefined) return undefined
  const { markupFixed: _, ...listed } = rate.basis
  const basis = { ...listed, markupPercent: percent, ...(added !== undefined && { markupFixed: added }) }
  const priceOf = (list: string): string => plain(priceFromBasis(list, basis))
  return {
    ...rate,
    price: priceOf(basis.listPrice),
    ...(rate.tiers && {
      tiers: rate.tiers.map(({ above }, place) => ({ above, price: priceOf(basis.listTiers?.[place] ?? '0') })),
    }),
    basis,
  }
}

function fixedFor(per: string, fixed: { readonly price: string; readonly per: string }): string | undefined {
  const units = new Exact(per)
  const added = exact(fixed.price).times(units).dividedBy(new Exact(fixed.per))
  return added.decimalPlaces() <= RATE_DECIMALS ? plain(added) : undefined
}

/** Euros for one unit of a vendor's currency, as of a day. */
const exchangeSchema = z.strictObject({
  currency: currencySchema,
  rate: exchangeRateSchema,
  day: daySchema,
  source: sourceSchema,
})

const CURRENCIES = 50
const MARKUPS = 200

/** The steps from vendors' list prices to ours. A version stores those that it was made with. */
export const layersSchema = z.strictObject({
  exchangeRates: z.array(exchangeSchema).check(z.maxLength(CURRENCIES, `expected at most ${CURRENCIES}`)),
  markups: z.array(markupSchema).check(z.maxLength(MARKUPS, `expected at most ${MARKUPS}`)),
  /** For list prices without a markup rule; absent: they make no rate, and their usage is parked. */
  defaultPercent: z.optional(percentSchema),
})

export type Layers = z.infer<typeof layersSchema>

export const noLayers: Layers = { exchangeRates: [], markups: [] }
