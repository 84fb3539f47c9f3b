import * as z from 'zod/mini'
import { aliasSchema } from '../../../shared/rates/alias.ts'
import { publishedRate, rateSchema } from '../../../shared/rates/rate.ts'
import type { RateCard } from '../../../shared/rates/rate-card.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { sentenceSchema } from '../../../shared/usage/text.ts'
import { described } from './described.ts'
import { givenTimeSchema, timeSchema } from './time.ts'

/** All models of all known providers are some thousand rates. */
const RATES = 10_000
const ALIASES = 10_000

const publicRateSchema = rateSchema.check(
  z.meta({
    id: 'Rate',
    description: 'The price of `per` units of a meter, in euros; the service is `vendor/model`, `vendor/*` or `*`',
  }),
)

const publicAliasSchema = aliasSchema.check(
  z.meta({ id: 'Alias', description: 'Usage of `alias` is priced as usage of `service`' }),
)

export const publishRateCardSchema = z
  .strictObject({
    effectiveFrom: described(givenTimeSchema, 'Events from this time on are priced by it'),
    note: sentenceSchema,
    rates: described(
      z
        .array(publicRateSchema)
        .check(z.minLength(1, 'expected at least one rate'), z.maxLength(RATES, `expected at most ${RATES} rates`)),
      'All rates: a version is complete in itself',
    ),
    aliases: described(
      z.optional(z.array(publicAliasSchema).check(z.maxLength(ALIASES, `expected at most ${ALIASES} aliases`))),
      'Other names of services, such as dated snapshots of a model; none is ever guessed',
    ),
  })
  .check(z.meta({ id: 'PublishRateCard' }))

const manifestFields = {
  version: described(z.int().check(z.minimum(1)), 'Dense, from 1'),
  effectiveFrom: timeSchema,
  publishedAt: timeSchema,
  hash: described(z.string(), 'SHA-256 of the rates as published'),
  note: z.string(),
}

export const rateCardAnswerSchema = z
  .object({ ...manifestFields, rates: z.array(publicRateSchema), aliases: z.optional(z.array(publicAliasSchema)) })
  .check(z.meta({ id: 'RateCard' }))

export const rateCardSummarySchema = z
  .object({ ...manifestFields, rates: described(z.int().check(z.minimum(1)), 'How many') })
  .check(z.meta({ id: 'RateCardSummary' }))

export const rateCardPathSchema = z.strictObject({
  version: described(z.string().check(z.regex(/^[1-9]\d{0,8}$/, 'expected a version: 1, 2, 3, …')), 'The version'),
})

const manifestShape = ({ version, effectiveFrom, publishedAt, hash, note }: RateCard) => ({
  version,
  effectiveFrom: instantText(effectiveFrom),
  publishedAt: instantText(publishedAt),
  hash,
  note,
})

export const rateCardShape = (card: RateCard): z.infer<typeof rateCardAnswerSchema> => ({
  ...manifestShape(card),
  rates: card.rates.map(publishedRate),
  ...(card.aliases.length > 0 && { aliases: [...card.aliases] }),
})

export const rateCardSummary = (card: RateCard): z.infer<typeof rateCardSummarySchema> => ({
  ...manifestShape(card),
  rates: card.rates.length,
})
