import * as z from 'zod/mini'
import {
  contentOf,
  publishedSchema,
  publishedShape,
  publishRateCardSchema,
  rateCardAnswerSchema,
  rateCardPathSchema,
  rateCardShape,
  rateCardSummary,
  rateCardSummarySchema,
} from '../../../shared/api/pricing/rate-card.ts'
import { nothing, type Operation, reading, writing } from '../../../shared/http/operation.ts'
import type { Withdrawal } from '../../../shared/pricing/cards/catalogue.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { sentenceSchema } from '../../../shared/usage/text.ts'
import { publishRateCard as publish } from '../publish-rate-card.ts'
import { versionOf } from '../version-of.ts'
import { withdrawRateCard as withdraw } from '../withdraw-rate-card.ts'

const manifest = {
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00.000Z',
  publishedAt: '2026-11-23T10:15:30.123Z',
  hash: '7c4a8d09ca3762af61e59520943dc26494f8941b2fd9c8c64b0e1d3c1a1e3f11',
  note: 'first prices',
}

const publishRateCard = writing({
  operationId: 'publishRateCard',
  tag: 'Rate cards',
  summary: 'Publish the next version of the rate card',
  description:
    'A version that changes a price takes effect at the earliest 10 minutes after it is published; one that only adds prices may start in the past. A published version is never changed. Usage with a variant that no rate lists is parked, unless the rate says `"unlistedVariant": "base"`; a name of variants that everybody’s rates of a service have for other kinds of meters alone says nothing about a meter (all tokens are one kind), nor do `priceNeutralVariants`.',
  params: nothing,
  body: {
    schema: publishRateCardSchema,
    example: {
      effectiveFrom: '1970-01-01T00:00:00Z',
      note: 'first prices',
      rates: [
        { service: 'openai/gpt-4o', meter: 'input_tokens', per: '1000000', price: '3.00', currency: 'EUR' },
        { service: 'openai/gpt-4o', meter: 'output_tokens', per: '1000000', price: '12.00', currency: 'EUR' },
        { service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR', unlistedVariant: 'base' },
      ],
      priceNeutralVariants: [{ name: 'region' }, { name: 'tool', meters: ['input_tokens', 'output_tokens'] }],
    },
  },
  answers: [
    {
      status: 201,
      description: 'Published',
      schema: publishedSchema,
      example: {
        ...manifest,
        rates: [{ service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR' }],
        priceNeutralVariants: [],
      },
    },
  ],
  problems: ['rate-card.refused'],
  handle: async ({ body, key }, { caller, services, tools }) => {
    const draft = { ...contentOf(body), actor: caller.subject, key }
    return { status: 201, body: publishedShape(await publish(services, draft, tools.now), caller) }
  },
})

const listRateCards = reading({
  operationId: 'listRateCards',
  tag: 'Rate cards',
  summary: 'List the versions of the rate card',
  description: 'Oldest first, with those withdrawn; `rates` is how many rates a version has.',
  params: nothing,
  query: nothing,
  answers: [
    {
      status: 200,
      description: 'All versions',
      schema: z.object({ rateCards: z.array(rateCardSummarySchema) }),
      example: { rateCards: [{ ...manifest, rates: 9 }] },
    },
  ],
  problems: [],
  handle: async (_, { caller, services, tools }) => {
    const { cards, withdrawn } = await services.cards.catalogue(tools.now())
    const all: readonly { card: RateCard; withdrawal?: Withdrawal }[] = [
      ...cards.map((card) => ({ card })),
      ...withdrawn,
    ]
    const rateCards = all
      .toSorted((a, b) => a.card.version - b.card.version)
      .map(({ card, withdrawal }) => rateCardSummary(card, caller, withdrawal))
    return { status: 200, body: { rateCards } }
  },
})

const getRateCard = reading({
  operationId: 'getRateCard',
  tag: 'Rate cards',
  summary: 'Show a version of the rate card',
  params: rateCardPathSchema,
  query: nothing,
  answers: [
    {
      status: 200,
      description: 'The version with all its rates',
      schema: rateCardAnswerSchema,
      example: {
        ...manifest,
        rates: [
          {
            service: 'openai/gpt-image-1',
            meter: 'images',
            variant: { quality: 'high' },
            per: '1',
            price: '0.3',
            currency: 'EUR',
          },
        ],
      },
    },
  ],
  problems: ['rate-card.not-found'],
  handle: async ({ params }, { caller, services, tools }) => {
    const { card, withdrawal } = await versionOf(params.version, services, tools.now())
    return { status: 200, body: rateCardShape(card, caller, withdrawal) }
  },
})

const withdrawRateCard = writing({
  operationId: 'withdrawRateCard',
  tag: 'Rate cards',
  summary: 'Take back a version before it takes effect',
  description:
    'Only one that takes effect in ten minutes or later; what prices usage already is put right by a new version. The withdrawal takes a version number of its own; the version withdrawn stays to be seen.',
  params: rateCardPathSchema,
  body: {
    schema: z.strictObject({ reason: sentenceSchema }).check(z.meta({ id: 'WithdrawRateCard' })),
    example: { reason: 'the vendor has put it off' },
  },
  answers: [
    {
      status: 200,
      description: 'Withdrawn, by this request or before',
      schema: rateCardSummarySchema,
      example: {
        ...manifest,
        effectiveFrom: '2027-01-01T00:00:00.000Z',
        rates: 9,
        withdrawn: {
          at: '2026-11-24T08:00:00.000Z',
          version: 2,
          reason: 'the vendor has put it off',
          actor: 'olga',
        },
      },
    },
  ],
  problems: ['rate-card.not-found', 'rate-card.in-force'],
  handle: async ({ params, body, key }, { caller, services, tools }) => {
    const { card } = await versionOf(params.version, services, tools.now())
    const asked = { of: card.version, actor: caller.subject, reason: body.reason, key }
    const withdrawal = await withdraw(services, asked, tools.now)
    return { status: 200, body: rateCardSummary(card, caller, withdrawal) }
  },
})

export const rateCardOperations: readonly Operation[] = [publishRateCard, listRateCards, getRateCard, withdrawRateCard]
