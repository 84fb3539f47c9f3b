import * as z from 'zod/mini'
import { type Instant, parseInstant } from '../../time/instant.ts'
import { meters } from '../../usage/meters.ts'
import { daySchema, nameSchema } from '../../usage/text.ts'
import { variantSchema } from '../../usage/variant.ts'
import { currencySchema, priceTextSchema, sourceSchema } from '../rates/basis.ts'
import type { Layers } from '../rates/markup.ts'
import type { PriceNeutralVariant } from '../rates/price-neutral-variant.ts'
import { tiersBySchema } from '../rates/price-tiers.ts'
import { type PublishedRate, perSchema, roundingSchema, tiersSchema, unlistedVariantSchema } from '../rates/rate.ts'

/** The content of a version of the rate card. */
export interface CardContent {
  /** Prices of one's own; they go before list prices. */
  readonly rates: readonly PublishedRate[]
  /** The layers make prices of these. */
  readonly listPrices: readonly ListRate[]
  readonly aliases: readonly Alias[]
  readonly layers: Layers
  /** What a variant may say without changing a price. */
  readonly priceNeutralVariants: readonly PriceNeutralVariant[]
}

/** A rate card to be. */
export interface RateCardDraft extends CardContent {
  readonly effectiveFrom: Instant
  readonly note: string
  readonly actor: string
  readonly key: string
}

/** A fault of a draft; `pointer` is a JSON pointer into it. */
export interface DraftFault {
  readonly pointer: string
  readonly detail: string
}

/** Another name of a service, such as a dated snapshot of a model: priced as `service` is, because the card says so. */
export const aliasSchema = z.strictObject({ alias: nameSchema, service: nameSchema })

export type Alias = z.infer<typeof aliasSchema>

/** A vendor's price in the vendor's currency, in a draft: exchange rate and markup make the rate of it. */
export const listRateSchema = z.strictObject({
  service: nameSchema,
  meter: z.enum(meters),
  variant: z.optional(variantSchema),
  per: perSchema,
  listPrice: priceTextSchema,
  listTiers: z.optional(tiersSchema),
  tiersBy: z.optional(tiersBySchema),
  rounding: z.optional(roundingSchema),
  currency: currencySchema,
  /** The source of the list price. */
  source: sourceSchema,
  /** The day as of which it stood there. */
  asOf: z.optional(daySchema),
  unlistedVariant: z.optional(unlistedVariantSchema),
})

export type ListRate = z.infer<typeof listRateSchema>

/** A draft as a request gives it, and as it is stored. */
export interface GivenCard {
  /** RFC 3339. */
  readonly effectiveFrom: string
  readonly note: string
  readonly rates?: PublishedRate[] | undefined
  readonly listPrices?: ListRate[] | undefined
  readonly exchangeRates?: Layers['exchangeRates'] | undefined
  readonly markups?: Layers['markups'] | undefined
  readonly defaultPercent?: Layers['defaultPercent']
  readonly aliases?: Alias[] | undefined
  readonly priceNeutralVariants?: PriceNeutralVariant[] | undefined
}

/** The draft that was given. @throws Error for a time that no schema has checked */
export function contentOf(given: GivenCard): Omit<RateCardDraft, 'actor' | 'key'> {
  const effectiveFrom = parseInstant(given.effectiveFrom)
  if (effectiveFrom === undefined) throw new Error(`checked, but no time: ${given.effectiveFrom}`)
  return {
    effectiveFrom,
    note: given.note,
    rates: given.rates ?? [],
    listPrices: given.listPrices ?? [],
    aliases: given.aliases ?? [],
    layers: {
      exchangeRates: given.exchangeRates ?? [],
      markups: given.markups ?? [],
      ...(given.defaultPercent !== undefined && { defaultPercent: given.defaultPercent }),
    },
    priceNeutralVariants: given.priceNeutralVariants ?? [],
  }
}
