import * as z from 'zod/mini'
import { answer, type Operation, reading, writing } from '../../http/operation.ts'
import { sentenceSchema } from '../../usage/text.ts'
import {
  publishedSchema,
  publishRateCardSchema,
  rateCardAnswerSchema,
  rateCardPathSchema,
  rateCardSummarySchema,
} from './rate-card.ts'

const manifest = {
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00.000Z',
  publishedAt: '2026-11-23T10:15:30.123Z',
  hash: '7c4a8d09ca3762af61e59520943dc26494f8941b2fd9c8c64b0e1d3c1a1e3f11',
  note: 'first prices',
}

export const publishRateCard = writing({
  operationId: 'publishRateCard',
  route: 'POST /v1/rate-cards',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Publish the next version of the rate card',
  description:
    'A version that changes a price takes effect at the earliest 10 minutes after it is published; one that only adds prices may start in the past. A published version is never changed. Usage with a variant that no rate lists is parked, unless the rate says `"unlistedVariant": "base"`; a name of variants that everybody’s rates of a service have for other kinds of meters alone says nothing about a meter (all tokens are one kind), nor do `priceNeutralVariants`.',
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
    answer(201, 'Published', publishedSchema, {
      ...manifest,
      rates: [{ service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR' }],
      priceNeutralVariants: [],
    }),
  ],
  problems: ['rate-card.refused'],
})

export const listRateCards = reading({
  operationId: 'listRateCards',
  route: 'GET /v1/rate-cards',
  scope: 'account:read',
  tag: 'Rate cards',
  summary: 'List the versions of the rate card',
  description: 'Oldest first, with those withdrawn; `rates` is how many rates a version has.',
  answers: [
    answer(200, 'All versions', z.object({ rateCards: z.array(rateCardSummarySchema) }), {
      rateCards: [{ ...manifest, rates: 9 }],
    }),
  ],
})

export const getRateCard = reading({
  operationId: 'getRateCard',
  route: 'GET /v1/rate-cards/{version}',
  scope: 'account:read',
  tag: 'Rate cards',
  summary: 'Show a version of the rate card',
  params: rateCardPathSchema,
  answers: [
    answer(200, 'The version with all its rates', rateCardAnswerSchema, {
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
    }),
  ],
  problems: ['rate-card.not-found'],
})

export const withdrawRateCard = writing({
  operationId: 'withdrawRateCard',
  route: 'POST /v1/rate-cards/{version}/withdrawal',
  scope: 'operate',
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
    answer(200, 'Withdrawn, by this request or before', rateCardSummarySchema, {
      ...manifest,
      effectiveFrom: '2027-01-01T00:00:00.000Z',
      rates: 9,
      withdrawn: {
        at: '2026-11-24T08:00:00.000Z',
        version: 2,
        reason: 'the vendor has put it off',
        actor: 'olga',
      },
    }),
  ],
  problems: ['rate-card.not-found', 'rate-card.in-force'],
})

export const rateCardOperations: readonly Operation[] = [publishRateCard, listRateCards, getRateCard, withdrawRateCard]
