import { describe, expect, test } from 'vitest'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { RateCardDraft } from '../../../shared/pricing/cards/rate-card-draft.ts'
import { explainRow, roundRows } from '../../../shared/pricing/charge/explain-charge.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import { cardOf, catalogueOf, draftOf, rate, seedRates, usageOf, used } from '../../world/cards.ts'

const rowsOf = (card: RateCard, service: string, quantities: ReturnType<typeof used>) => {
  const priced = priceByCard(usageOf(service, quantities), card)
  if (priced.kind !== 'priced') throw new Error(priced.kind)
  return priced
}
const calculations = (card: RateCard, service: string, quantities: ReturnType<typeof used>) =>
  rowsOf(card, service, quantities).rows.map((row) => explainRow(row, service).calculation)

const origins = (card: RateCard, service: string, quantities: ReturnType<typeof used>) =>
  rowsOf(card, service, quantities).rows.map((row) => explainRow(row, service).origin)

const published = (draft: Partial<RateCardDraft>): RateCard => {
  const decision = decidePublication(catalogueOf([]), draftOf(draft), 0)
  if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision))
  return decision.card
}

describe('a row is explained', () => {
  test("by its multiplication, to the last digit: the seed page's chat", () => {
    const quantities = used(['input_tokens', '523'], ['output_tokens', '1247'], ['tool_calls', '2'])
    expect(calculations(cardOf(seedRates), 'openai/gpt-4o', quantities)).toEqual([
      '523 × 3.00 € / 1,000,000 = 0.001569 €',
      '1,247 × 12.00 € / 1,000,000 = 0.014964 €',
      '2 × 0.005 € = 0.01 €',
    ])
  })

  test('by the tier that was reached, or each slice of it', () => {
    const tiered = (scope: 'event' | 'slice') => ({
      ...rate('a/b', 'pages', '1'),
      tiers: [{ above: '10', price: '0.50' }],
      tiersBy: { scope, meters: ['pages' as const] },
    })
    expect(calculations(cardOf([tiered('event')]), 'a/b', used(['pages', '12']))).toEqual([
      '12 × 0.50 € = 6 € (the price above 10)',
    ])
    expect(calculations(cardOf([tiered('slice')]), 'a/b', used(['pages', '12']))).toEqual([
      '10 × 1.00 € = 10 €',
      '2 × 0.50 € = 1 € (the price above 10)',
    ])
  })

  test('by the whole packages that were begun', () => {
    const packed = { ...rate('a/b', 'characters', '2', '1000'), rounding: 'whole packages' as const }
    expect(calculations(cardOf([packed]), 'a/b', used(['characters', '2300']))).toEqual([
      '2,300 / 1,000, begun ones whole: 3 × 2.00 € = 6 €',
    ])
  })

  test('by list price, exchange rate and markup, of the tier where there are some', () => {
    const listed = {
      service: 'a/b',
      meter: 'pages' as const,
      per: '1',
      listPrice: '2',
      currency: 'USD',
      source: 'the list',
      listTiers: [{ above: '10', price: '1' }],
      tiersBy: { scope: 'slice' as const, meters: ['pages' as const] },
    }
    const card = published({
      listPrices: [listed],
      layers: {
        exchangeRates: [{ currency: 'USD', rate: '0.8', day: '2026-11-20', source: 'a bank' }],
        markups: [{ percent: '25', fixed: { price: '0.1', per: '1' } }],
      },
    })
    expect(origins(card, 'a/b', used(['pages', '12']))).toEqual([
      '2.10 € = 2 USD × 0.8 €/USD × 1.25 + 0.1 € (the list)',
      '1.10 € = 1 USD × 0.8 €/USD × 1.25 + 0.1 € (the list)',
    ])
  })

  test('by the service whose price it is, where the usage has another name, and the day of the list price', () => {
    const listed = {
      service: 'a/b',
      meter: 'pages' as const,
      per: '1',
      listPrice: '2',
      currency: 'EUR',
      source: 'the list',
      asOf: '2026-11-20',
    }
    const card = published({
      listPrices: [listed],
      rates: [rate('*', 'calls', '1')],
      aliases: [{ alias: 'a/b-2026', service: 'a/b' }],
      layers: { exchangeRates: [], markups: [{ percent: '0' }] },
    })
    expect(origins(card, 'a/b-2026', used(['pages', '1'], ['calls', '1']))).toEqual([
      '2.00 € = 2 EUR × 1 €/EUR × 1 (the list, as of 2026-11-20), the price of a/b',
      'a price of our own for *',
    ])
    expect(origins(card, 'a/b', used(['pages', '1']))).toEqual([
      '2.00 € = 2 EUR × 1 €/EUR × 1 (the list, as of 2026-11-20)',
    ])
  })
})

describe('rounded rows', () => {
  test('are those of the seed page, and say why they add up to 2.66 where 2.6533 was charged', () => {
    const quantities = used(['input_tokens', '523'], ['output_tokens', '1247'], ['tool_calls', '2'])
    const { rows, total } = rowsOf(cardOf(seedRates), 'openai/gpt-4o', quantities)
    expect(roundRows(rows, total)).toEqual({
      rows: ['0.16', '1.50', '1.00'],
      sum: '2.66',
      remark: expect.stringContaining('add up to 2.66; charged is the exact sum, 2.6533 credits'),
    })
  })

  test('whose errors make up for each other are not said to be exact', () => {
    const card = cardOf([rate('a/b', 'pages', '0.00154'), rate('a/b', 'calls', '0.00156')])
    const { rows, total } = rowsOf(card, 'a/b', used(['pages', '1'], ['calls', '1']))
    const { sum, remark } = roundRows(rows, total)
    expect([sum, total.toFixed(2)]).toEqual(['0.31', '0.31'])
    expect(remark).toMatch(/^Rounded to cents of a credit the rows add up to 0\.31, and so do the exact ones/)
  })

  test('that are exact say that', () => {
    const { rows, total } = rowsOf(cardOf(seedRates), 'openai/gpt-image-1', used(['images', '5']))
    expect(roundRows(rows, total)).toMatchObject({ sum: '150.00', remark: expect.stringContaining('exact') })
  })
})
