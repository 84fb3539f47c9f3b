import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { plain } from '../../../shared/money/exact.ts'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { CardContent, ListRate } from '../../../shared/pricing/cards/rate-card-draft.ts'
import { missingReason, missingText } from '../../../shared/pricing/charge/missing-price.ts'
import { priceUsage } from '../../../shared/pricing/charge/price-usage.ts'
import { draftCard } from '../../../shared/pricing/price-lists/draft-card.ts'
import { bundledProviders, readGenaiPrices } from '../../../shared/pricing/price-lists/genai-prices.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import { quantitiesSchema, readQuantities } from '../../../shared/usage/quantities.ts'
import { variantOf, variantSchema } from '../../../shared/usage/variant.ts'
import { catalogueOf, draftOf, rate, usageOf } from '../../world/cards.ts'
import { readCases } from '../../world/cases.ts'

const eventSchema = z.object({
  service: z.string(),
  quantities: quantitiesSchema,
  variant: z.optional(variantSchema),
})
type Event = z.infer<typeof eventSchema>

const file = z.parse(z.object({ cases: z.array(z.looseObject({ id: z.string() })) }), readCases('public-reports.json'))

/** One case of the file, checked for what a test reads of it. */
function caseOf<I extends z.ZodMiniType, R extends z.ZodMiniType>(id: string, input: I, right: R) {
  return z.parse(
    z.object({ input, right }),
    file.cases.find((one) => one.id === id),
  )
}

const oneEvent = (id: string) => caseOf(id, z.object({ event: eventSchema }), z.object({ credits: z.string() }))

/** A dollar is a euro, and nothing is added: list prices in credits are US cents. */
const AS_LISTED = {
  exchangeRates: [{ currency: 'USD', rate: '1', day: '2026-11-23', source: 'the cases' }],
  markups: [{ percent: '0' }],
}

let imported: CardContent
beforeAll(async () => {
  const list = readGenaiPrices(await bundledProviders(), { vendors: ['openai', 'anthropic'], day: '2026-11-23' })
  imported = draftCard(list, AS_LISTED, { rates: [], aliases: [], priceNeutralVariants: [] })
})

const NOW = Date.UTC(2026, 10, 24)

/** Publishes the imported list with more prices; those of before are in force from 1970 on, so that each may only add some. */
function published(more: { readonly rates?: readonly PublishedRate[]; readonly listPrices?: readonly ListRate[] }[]) {
  let cards: readonly RateCard[] = []
  let [rates, listPrices] = [imported.rates, imported.listPrices]
  for (const one of more) {
    rates = [...rates, ...(one.rates ?? [])]
    listPrices = [...listPrices, ...(one.listPrices ?? [])]
    const decided = decidePublication(catalogueOf(cards), draftOf({ ...imported, rates, listPrices }), NOW)
    if (decided.kind !== 'accepted') throw new Error(JSON.stringify(decided.faults))
    cards = [...cards, decided.card]
  }
  return cards
}

function outcomeOf({ service, quantities, variant }: Event, cards: readonly RateCard[]) {
  const priced = priceUsage(usageOf(service, readQuantities(quantities), { variant: variantOf(variant) }), cards)
  if (priced.kind === 'priced') return { credits: plain(priced.total) }
  if (priced.kind === 'out-of-range') return { kind: priced.kind }
  return { reason: missingReason(priced.missing), detail: missingText(priced.missing, service) }
}

const listPrice = (meter: ListRate['meter'], price: string, variant: Record<string, string>): ListRate => ({
  service: 'openai/gpt-5-mini',
  meter,
  variant,
  per: '1000000',
  listPrice: price,
  currency: 'USD',
  source: 'https://platform.openai.com/docs/pricing',
})

describe('bug reports of other billing products', () => {
  test('B08: pools of zero need no price', () => {
    const { input, right } = oneEvent('B08')
    expect(outcomeOf(input.event, published([{}]))).toEqual(right)
  })

  test('B16: a search without or with a misspelt variant waits, and costs what is due once that is published', () => {
    const { input, right } = caseOf(
      'B16',
      z.object({ events: z.array(eventSchema) }),
      z.object({ credits: z.array(z.string()) }),
    )
    const own = { rates: [rate('*', 'tool_calls', '0.005')] }
    const [named, unnamed, misspelt] = input.events.map((event) => outcomeOf(event, published([own])))
    expect(named).toEqual({ credits: right.credits[0] })
    expect(unnamed).toEqual({
      reason: 'rate.variant',
      detail:
        'no price for tool_calls of anthropic/claude-sonnet-4-5 without a variant: the card lists tool=web-search',
    })
    expect(misspelt).toEqual({
      reason: 'rate.variant',
      detail:
        'no price for tool_calls of anthropic/claude-sonnet-4-5 with tool=web_search: the card lists tool=web-search; did you mean tool=web-search?',
    })
    // The operator decides that a tool call of this model is a search, whatever its name: $10 a thousand.
    const search = rate('anthropic/claude-sonnet-4-5', 'tool_calls', '0.01')
    const cards = published([own, { rates: [{ ...search, unlistedVariant: 'base' }] }])
    expect(input.events.map((event) => outcomeOf(event, cards))).toEqual(right.credits.map((credits) => ({ credits })))
  })

  test('B17: flex waits while only full prices are known, and costs half once its prices are published', () => {
    const { input, right } = oneEvent('B17')
    expect(outcomeOf(input.event, published([{}]))).toMatchObject({
      reason: 'rate.variant',
      detail: expect.stringContaining('no price for input_tokens of openai/gpt-5-mini with tier=flex'),
    })
    const flex = { tier: 'flex' }
    const listPrices = [
      listPrice('input_tokens', '0.125', flex),
      listPrice('cached_input_tokens', '0.0125', flex),
      listPrice('output_tokens', '1', flex),
    ]
    expect(outcomeOf(input.event, published([{}, { listPrices }]))).toEqual(right)
  })
})
