import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plain } from '../../../shared/money/exact.ts'
import { NOTICE_MS } from '../../../shared/pricing/cards/catalogue.ts'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { Alias } from '../../../shared/pricing/cards/rate-card-draft.ts'
import { priceUsage, type Usage } from '../../../shared/pricing/charge/price-usage.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import { MINUTE_MS } from '../../../shared/time/instant.ts'
import { variantOf } from '../../../shared/usage/variant.ts'
import { catalogueOf, draftOf, forAnyVariant, rate, usageOf, used } from '../../world/cards.ts'
import { inLong } from '../../world/long.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const HAIKU = 'anthropic/claude-haiku-4-5'
const DATED: Alias = { alias: `${HAIKU}-20251001`, service: HAIKU }
const RATES = [
  rate(HAIKU, 'input_tokens', '1', '1000000'),
  rate(HAIKU, 'output_tokens', '5', '1000000'),
  rate(HAIKU, 'tool_calls', '0.01', '1', { tool: 'web-search' }),
  forAnyVariant(rate('*', 'tool_calls', '0.005')),
]

interface Content {
  readonly rates?: readonly PublishedRate[]
  readonly aliases?: readonly Alias[]
  readonly from?: number
}

const decide = (cards: readonly RateCard[], { rates = RATES, aliases = [], from = 0 }: Content, at = NOW) =>
  decidePublication(catalogueOf(cards), draftOf({ rates, aliases, effectiveFrom: from }), at)

function publish(cards: readonly RateCard[], content: Content, at = NOW): readonly RateCard[] {
  const decision = decide(cards, content, at)
  if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision.faults))
  return [...cards, decision.card]
}

const costOf = (cards: readonly RateCard[], usage: Usage): string => {
  const priced = priceUsage(usage, cards)
  return priced.kind === 'priced' ? `${plain(priced.total)} by ${priced.rateCard}` : priced.kind
}

const WEB_SEARCH = variantOf({ tool: 'web-search' })
const searches = used(['tool_calls', '1'])
const tokens = used(['input_tokens', '1000'], ['output_tokens', '1000'])
const both = used(['input_tokens', '1000'], ['tool_calls', '1'])
const ofDated = (quantities: Usage['quantities'], time: number): Usage =>
  usageOf(DATED.alias, quantities, { time, variant: WEB_SEARCH })

describe('a card that is dated back', () => {
  const before = publish([], {}, NOW - 60 * MINUTE_MS)
  const cards = publish(before, { aliases: [DATED] })

  test('prices what had no whole price, also where a general rate priced a part of it', () => {
    expect(costOf(before, ofDated(tokens, 1))).toBe('unpriced')
    expect(costOf(cards, ofDated(tokens, 1))).toBe('0.6 by 2')
    expect(costOf(before, ofDated(both, 1))).toBe('unpriced')
    expect(costOf(cards, ofDated(both, 1))).toBe('1.1 by 2')
  })

  test('leaves what had a whole price at that until ten minutes after its publication, whoever prices it', () => {
    for (const time of [1, NOW, NOW + NOTICE_MS - 1]) {
      expect(costOf(before, ofDated(searches, time))).toBe('0.5 by 1')
      expect(costOf(cards, ofDated(searches, time))).toBe('0.5 by 1')
    }
    expect(costOf(cards, ofDated(searches, NOW + NOTICE_MS))).toBe('1 by 2')
  })

  test('keeps what an even earlier one had priced, when another is dated back after it', () => {
    const more = publish(
      cards,
      { rates: [...RATES, rate('x/y', 'pages', '1')], aliases: [DATED] },
      NOW + 60 * MINUTE_MS,
    )
    expect(costOf(more, ofDated(searches, NOW))).toBe('0.5 by 1')
    expect(costOf(more, ofDated(searches, NOW + 20 * MINUTE_MS))).toBe('1 by 2')
    expect(costOf(more, ofDated(searches, NOW + 70 * MINUTE_MS))).toBe('1 by 3')
    expect(costOf(more, ofDated(tokens, 1))).toBe('0.6 by 2')
  })

  test('is refused where it would change the price of what a rate or an alias names', () => {
    const rates = [...RATES, rate(HAIKU, 'tool_calls', '0.02', '1', { tool: 'maps' })]
    expect(decide(before, { rates: [...RATES, rate(HAIKU, 'tool_calls', '0.02')] }).kind).toBe('refused')
    expect(decide(cards, { rates, aliases: [] })).toMatchObject({ kind: 'refused' })
    expect(decide(before, { rates: [...RATES, forAnyVariant(rate('anthropic/*', 'tool_calls', '0.02'))] }).kind).toBe(
      'refused',
    )
  })
})

/** Few services, meters and prices: cards that meet each other. */
const anyRates = fc.uniqueArray(
  fc
    .record({
      service: fc.constantFrom('a/one', 'a/two', 'a/*', '*', 'b/new'),
      meter: fc.constantFrom('input_tokens' as const, 'tool_calls' as const),
      price: fc.constantFrom('1', '2'),
      isForAny: fc.boolean(),
      tool: fc.constantFrom(undefined, 'web-search'),
    })
    .map(({ service, meter, price, isForAny, tool }) => {
      const of = service.endsWith('*') ? undefined : tool && { tool }
      const one = rate(service, meter, price, '1', of)
      return isForAny && of === undefined ? forAnyVariant(one) : one
    }),
  { minLength: 1, maxLength: 6, selector: ({ service, meter, variant }) => JSON.stringify([service, meter, variant]) },
)
const anyAliases = fc.subarray([
  { alias: 'a/dated', service: 'a/one' },
  { alias: 'b/dated', service: 'a/two' },
])
/** Published one after another, each from a time that is past, soon or later. */
const anyDrafts = fc.array(
  fc.record({
    rates: anyRates,
    aliases: anyAliases,
    after: fc.integer({ min: 0, max: 30 }),
    from: fc.constantFrom('start', -60, 0, 9, 10, 30),
  }),
  { minLength: 2, maxLength: 6 },
)
const anyUsage = fc.record({
  service: fc.constantFrom('a/one', 'a/two', 'a/dated', 'b/dated', 'b/new', 'a/other'),
  quantities: fc.constantFrom(
    used(['input_tokens', '1']),
    used(['tool_calls', '1']),
    used(['input_tokens', '1'], ['tool_calls', '1']),
  ),
  variant: fc.constantFrom(variantOf(undefined), WEB_SEARCH),
  minute: fc.integer({ min: -90, max: 200 }),
})

test('who knows fewer cards never prices an event otherwise than who knows more, while both may', () => {
  const isAgreed = fc.property(anyDrafts, fc.array(anyUsage, { minLength: 1, maxLength: 20 }), (drafts, usages) => {
    let [cards, at]: [readonly RateCard[], number] = [[], NOW]
    for (const { rates, aliases, after, from } of drafts) {
      at += after * MINUTE_MS
      const effectiveFrom = from === 'start' ? 0 : at + Number(from) * MINUTE_MS
      const decision = decide(cards, { rates, aliases, from: effectiveFrom }, at)
      if (decision.kind === 'accepted') cards = [...cards, decision.card]
    }
    for (const { service, quantities, variant, minute } of usages) {
      const time = NOW + minute * MINUTE_MS
      const usage = usageOf(service, quantities, { variant, time })
      for (let known = 1; known < cards.length; known += 1) {
        const [older, next] = [cards.slice(0, known), cards[known]]
        // Later it is fetched again before anything is priced.
        if (next === undefined || time >= next.publishedAt + NOTICE_MS) continue
        const priced = priceUsage(usage, older)
        if (priced.kind !== 'unpriced') expect(costOf(cards, usage)).toBe(costOf(older, usage))
      }
    }
  })
  fc.assert(isAgreed, { numRuns: inLong(300, 3000) })
})
