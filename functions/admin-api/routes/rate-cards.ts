import * as z from 'zod/mini'
import { parseInstant } from '../../../shared/time/instant.ts'
import { nothing, type Operation, reading, writing } from '../operation.ts'
import { Problem } from '../problems.ts'
import { publishRateCard as publish } from '../publish-rate-card.ts'
import {
  publishRateCardSchema,
  rateCardAnswerSchema,
  rateCardPathSchema,
  rateCardShape,
  rateCardSummary,
  rateCardSummarySchema,
} from '../shapes/rate-card.ts'

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
    'A version that changes a price takes effect at the earliest 10 minutes after it is published; one that only adds prices may start in the past. A published version is never changed.',
  params: nothing,
  body: {
    schema: publishRateCardSchema,
    example: {
      effectiveFrom: '1970-01-01T00:00:00Z',
      note: 'first prices',
      rates: [
        { service: 'openai/gpt-4o', meter: 'input_tokens', per: '1000000', price: '3.00', currency: 'EUR' },
        { service: 'openai/gpt-4o', meter: 'output_tokens', per: '1000000', price: '12.00', currency: 'EUR' },
        { service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR' },
      ],
    },
  },
  answers: [
    {
      status: 201,
      description: 'Published',
      schema: rateCardAnswerSchema,
      example: {
        ...manifest,
        rates: [{ service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR' }],
      },
    },
  ],
  problems: ['rate-card.refused'],
  handle: async ({ body, key }, { caller, services, tools }) => {
    const { note, rates, aliases = [] } = body
    const effectiveFrom = parseInstant(body.effectiveFrom)
    if (effectiveFrom === undefined) throw new Error(`checked, but no time: ${body.effectiveFrom}`)
    const draft = { effectiveFrom, note, rates, aliases, actor: caller.subject, key }
    return { status: 201, body: rateCardShape(await publish(services, draft, tools.now)) }
  },
})

const listRateCards = reading({
  operationId: 'listRateCards',
  tag: 'Rate cards',
  summary: 'List the versions of the rate card',
  description: 'Oldest first; `rates` is how many rates a version has.',
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
  handle: async (_, { services, tools }) => {
    const cards = await services.cards.all(tools.now())
    return { status: 200, body: { rateCards: cards.map(rateCardSummary) } }
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
  handle: async ({ params }, { services, tools }) => {
    const card = await services.cards.version(Number(params.version), tools.now())
    if (card !== undefined) return { status: 200, body: rateCardShape(card) }
    throw new Problem('rate-card.not-found', `there is no version ${params.version}; GET /v1/rate-cards lists them`)
  },
})

export const rateCardOperations: readonly Operation[] = [publishRateCard, listRateCards, getRateCard]
