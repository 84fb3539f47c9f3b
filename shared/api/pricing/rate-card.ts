import * as z from 'zod/mini'
import type { Caller } from '../../http/access.ts'
import { described } from '../../http/described.ts'
import type { Withdrawal } from '../../pricing/cards/catalogue.ts'
import type { NeutralChange } from '../../pricing/cards/price-changes.ts'
import type { RateCard } from '../../pricing/cards/rate-card.ts'
import { aliasSchema, type ListRate, listRateSchema } from '../../pricing/cards/rate-card-draft.ts'
import { aliasesOf, type PriceView, priceViewOf, ratesOf } from '../../pricing/models/customer-prices.ts'
import { layersSchema } from '../../pricing/rates/markup.ts'
import { priceNeutralVariantSchema } from '../../pricing/rates/price-neutral-variant.ts'
import { publishedRate, rateSchema } from '../../pricing/rates/rate.ts'
import { instantText } from '../../time/instant.ts'
import { sentenceSchema } from '../../usage/text.ts'
import { givenTimeSchema, timeSchema } from '../fields/time.ts'

/** All models of all known providers are some thousand rates. */
const RATES = 10_000
const ALIASES = 10_000
const NEUTRAL_VARIANTS = 100

const publicRateSchema = rateSchema.check(
  z.meta({
    id: 'Rate',
    description: 'The price of `per` units of a meter, in euros; the service is `vendor/model`, `vendor/*` or `*`',
  }),
)

const publicListRateSchema = listRateSchema.check(
  z.meta({ id: 'ListPrice', description: "A vendor's price of `per` units of a meter, in the vendor's currency" }),
)

const publicAliasSchema = aliasSchema.check(
  z.meta({ id: 'Alias', description: 'Usage of `alias` is priced as usage of `service`' }),
)

const { exchangeRates, markups, defaultPercent } = layersSchema.def.shape

const layerFields = {
  exchangeRates: described(z.optional(exchangeRates), 'Euros for one unit of each currency of the list prices'),
  markups: described(
    z.optional(markups),
    "What is added to list prices. The most specific wins: an account's, then a service's, a vendor's, a meter's, a category's",
  ),
  defaultPercent: described(
    z.optional(defaultPercent),
    'Of a list price that no markup is for; absent: it is no price of yours, and its usage is parked',
  ),
}

const most = (what: string, count: number) => z.maxLength(count, `expected at most ${count} ${what}`)

const neutralVariantsSchema = z
  .array(
    priceNeutralVariantSchema.check(
      z.meta({ id: 'PriceNeutralVariant', description: 'A name of variants with every value, or with this one alone' }),
    ),
  )
  .check(most('price-neutral variants', NEUTRAL_VARIANTS))

export const neutralChangeSchema = described(
  z.optional(z.object({ before: neutralVariantsSchema, after: neutralVariantsSchema })),
  'What variants may say without changing a price, whole lists; absent: the same in both. A pair that is dropped may park usage that says it',
)

export const neutralChangeShape = (
  neutral: NeutralChange | undefined,
): { readonly priceNeutralVariants?: z.infer<typeof neutralChangeSchema> } =>
  neutral === undefined ? {} : { priceNeutralVariants: { before: [...neutral.before], after: [...neutral.after] } }

/** A rate card to be: complete in itself. */
export const cardDraftFields = {
  effectiveFrom: described(givenTimeSchema, 'Events from this time on are priced by it'),
  note: sentenceSchema,
  rates: described(
    z.optional(z.array(publicRateSchema).check(most('rates', RATES))),
    'Prices of your own; they go before list prices',
  ),
  listPrices: described(
    z.optional(z.array(publicListRateSchema).check(most('list prices', RATES))),
    'Each becomes a rate: list price × exchange rate × markup, exact; refused where that can not be charged exactly',
  ),
  ...layerFields,
  aliases: described(
    z.optional(z.array(publicAliasSchema).check(most('aliases', ALIASES))),
    'Other names of services, such as dated snapshots of a model; none is ever guessed',
  ),
  priceNeutralVariants: described(
    z.optional(neutralVariantsSchema),
    'What a variant may say without changing a price, such as a region kept for reports: it is left out before rates are looked up',
  ),
}

export const publishRateCardSchema = z.strictObject(cardDraftFields).check(z.meta({ id: 'PublishRateCard' }))

const withdrawalSchema = z
  .object({
    at: timeSchema,
    version: z.int(),
    reason: described(z.optional(z.string()), 'For operators alone'),
    actor: described(z.optional(z.string()), 'For operators alone'),
  })
  .check(z.meta({ id: 'Withdrawal', description: 'Taken back before it took effect; a version number of its own' }))

const manifestFields = {
  version: described(z.int().check(z.minimum(1)), 'Rising from 1; a withdrawal takes a number too'),
  effectiveFrom: timeSchema,
  publishedAt: timeSchema,
  hash: described(
    z.string(),
    'SHA-256 of {rates, aliases, exchangeRates, markups, defaultPercent, priceNeutralVariants} as JSON without spaces; lists that are not shown are [], but priceNeutralVariants, which is left out then',
  ),
  note: described(z.optional(z.string()), 'For operators alone'),
  publishedBy: described(z.optional(z.string()), 'For operators alone'),
  withdrawn: z.optional(withdrawalSchema),
}

const rateCardFields = {
  ...manifestFields,
  rates: z.array(publicRateSchema),
  aliases: z.optional(z.array(publicAliasSchema)),
  ...layerFields,
  priceNeutralVariants: described(
    z.optional(neutralVariantsSchema),
    'What a variant may say without changing a price. Absent: a version from before `unlistedVariant`, by which a variant that is not listed costs what the next more general rate says',
  ),
}

export const rateCardAnswerSchema = z.object(rateCardFields).check(z.meta({ id: 'RateCard' }))

export const unmarkedSchema = described(
  z.optional(z.array(z.object({ service: z.string(), meter: z.string() }))),
  'List prices that no markup is for: no price of yours, so their usage is parked',
)

/** As an answer to its publication. */
export const publishedSchema = z
  .object({ ...rateCardFields, unmarked: unmarkedSchema })
  .check(z.meta({ id: 'PublishedRateCard' }))

export const publishedShape = (
  { card, unmarked }: { readonly card: RateCard; readonly unmarked: readonly ListRate[] },
  caller: Caller,
): z.infer<typeof publishedSchema> => ({
  ...rateCardShape(card, caller),
  ...(unmarked.length > 0 && { unmarked: unmarked.map(({ service, meter }) => ({ service, meter })) }),
})

export const rateCardSummarySchema = z
  .object({
    ...manifestFields,
    rates: described(z.int().check(z.nonnegative()), 'How many that the account may see; an operator sees all'),
  })
  .check(z.meta({ id: 'RateCardSummary' }))

export const rateCardPathSchema = z.strictObject({
  version: described(z.string().check(z.regex(/^[1-9][0-9]{0,8}$/, 'expected a version: 1, 2, 3, …')), 'The version'),
})

/** A customer sees neither who of the operators did it, nor their notes. */
const manifestShape = (
  { version, effectiveFrom, publishedAt, hash, note, actor }: RateCard,
  view: PriceView,
  withdrawal: Withdrawal | undefined,
) => ({
  version,
  effectiveFrom: instantText(effectiveFrom),
  publishedAt: instantText(publishedAt),
  hash,
  ...(view.kind === 'operator' && { note, publishedBy: actor }),
  withdrawn: withdrawal && withdrawalShape(withdrawal, view),
})

const withdrawalShape = ({ at, version, reason, actor }: Withdrawal, view: PriceView) => ({
  at: instantText(at),
  version,
  ...(view.kind === 'operator' && { reason, actor }),
})

/** To an operator as it was published; to a customer the prices that the account pays. */
export function rateCardShape(
  card: RateCard,
  caller: Caller,
  withdrawal?: Withdrawal,
): z.infer<typeof rateCardAnswerSchema> {
  const view = priceViewOf(caller)
  const manifest = manifestShape(card, view, withdrawal)
  if (view.kind === 'customer') {
    const aliases = aliasesOf(card, view.account)
    return {
      ...manifest,
      rates: [...ratesOf(card, view.account)],
      ...(aliases.length > 0 && { aliases: [...aliases] }),
    }
  }
  const { exchangeRates, markups, defaultPercent } = card.layers
  return {
    ...manifest,
    rates: card.rates.map(publishedRate),
    ...(card.aliases.length > 0 && { aliases: [...card.aliases] }),
    ...(exchangeRates.length > 0 && { exchangeRates }),
    ...(markups.length > 0 && { markups }),
    ...(defaultPercent !== undefined && { defaultPercent }),
    ...(card.priceNeutralVariants && { priceNeutralVariants: [...card.priceNeutralVariants] }),
  }
}

export function rateCardSummary(
  card: RateCard,
  caller: Caller,
  withdrawal?: Withdrawal,
): z.infer<typeof rateCardSummarySchema> {
  const view = priceViewOf(caller)
  const rates = view.kind === 'operator' ? card.rates.length : ratesOf(card, view.account).length
  return { ...manifestShape(card, view, withdrawal), rates }
}
