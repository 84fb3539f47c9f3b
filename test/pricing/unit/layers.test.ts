import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toEuros } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import type { ListRate, RateCardDraft } from '../../../shared/pricing/cards/rate-card-draft.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import type { Layers, Markup } from '../../../shared/pricing/rates/markup.ts'
import { catalogueOf, draftOf, rate, usageOf, used } from '../../world/cards.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000

const listed = (service: string, listPrice: string, more: Partial<ListRate> = {}): ListRate => ({
  service,
  meter: 'input_tokens',
  per: '1000000',
  listPrice,
  currency: 'USD',
  source: 'the list',
  ...more,
})

const GPT = listed('openai/gpt-4o', '2.50')
const GEMINI = listed('google/gemini', '2')

const layers = (markups: readonly Markup[], more: Partial<Layers> = {}): Layers => ({
  exchangeRates: [{ currency: 'USD', rate: '0.8', day: '2026-11-20', source: 'a bank' }],
  markups: [...markups],
  ...more,
})

const decide = (draft: Partial<RateCardDraft>, cards: readonly RateCard[] = []) =>
  decidePublication(catalogueOf(cards), draftOf(draft), NOW)

function publish(draft: Partial<RateCardDraft>, cards: readonly RateCard[] = []): RateCard {
  const decision = decide(draft, cards)
  if (decision.kind !== 'accepted') throw new Error(JSON.stringify(decision.faults))
  return decision.card
}

const faultsOf = (draft: Partial<RateCardDraft>, cards: readonly RateCard[] = []) => {
  const decision = decide(draft, cards)
  return decision.kind === 'refused' ? decision.faults : []
}

/** Euros for a million input tokens. */
const million = (card: RateCard, service: string, more: Parameters<typeof usageOf>[2] = {}) => {
  const priced = priceByCard(usageOf(service, used(['input_tokens', '1000000']), more), card)
  return priced.kind === 'priced' ? plain(toEuros(priced.total)) : priced.kind
}

describe('a list price', () => {
  test('becomes a rate by exchange rate and markup, exactly, and says how', () => {
    const card = publish({ listPrices: [GPT], layers: layers([{ percent: '20' }]) })
    expect(million(card, 'openai/gpt-4o')).toBe('2.4')
    expect(card.rates[0]?.basis).toEqual({
      listPrice: '2.50',
      currency: 'USD',
      exchangeRate: '0.8',
      markupPercent: '20',
      source: 'the list',
    })
  })

  test('gets a fixed markup for its own number of units', () => {
    const fixed: Markup = { fixed: { price: '0.05', per: '100000' } }
    expect(million(publish({ listPrices: [GPT], layers: layers([fixed]) }), 'openai/gpt-4o')).toBe('2.5')
  })

  test('in tiers is marked up in each of them', () => {
    const tiered = listed('google/gemini', '1', {
      listTiers: [{ above: '200000', price: '2' }],
      tiersBy: { scope: 'event', meters: ['input_tokens'] },
    })
    const card = publish({ listPrices: [tiered], layers: layers([{ percent: '50' }]) })
    expect(card.rates[0]?.tiers?.steps.map(({ price }) => plain(price))).toEqual(['2.4'])
  })

  test('gives way to a price of one’s own', () => {
    const own = rate('openai/gpt-4o', 'input_tokens', '9', '1000000')
    const card = publish({ rates: [own], listPrices: [GPT], layers: layers([{ percent: '20' }]) })
    expect(million(card, 'openai/gpt-4o')).toBe('9')
  })

  test('without a markup rule is no price of ours, and is told; with a default it has that', () => {
    const some = layers([{ service: 'openai/*', percent: '20' }])
    const decision = decide({ listPrices: [GPT, GEMINI], layers: some })
    expect(decision).toMatchObject({ kind: 'accepted', unmarked: [GEMINI] })
    expect(million(publish({ listPrices: [GPT, GEMINI], layers: some }), 'google/gemini')).toBe('unpriced')
    const withDefault = publish({ listPrices: [GPT, GEMINI], layers: { ...some, defaultPercent: '100' } })
    expect(million(withDefault, 'google/gemini')).toBe('3.2')
  })

  test('in a currency without an exchange rate is refused, saying where', () => {
    const yen = listed('a/b', '1', { currency: 'JPY' })
    expect(faultsOf({ listPrices: [GPT, yen], layers: layers([{ percent: '0' }]) })).toEqual([
      { pointer: '/listPrices/1', detail: expect.stringContaining('JPY') },
    ])
  })

  test('that comes to more than 18 decimals is refused, with the nearest prices that do not', () => {
    const third = listed('a/b', '1', { per: '3' })
    expect(faultsOf({ listPrices: [third], layers: layers([{ percent: '0' }]) })).toEqual([
      { pointer: '/listPrices/0', detail: expect.stringContaining('0.799999999999999998 and 0.800000000000000001') },
    ])
  })
})

describe('of several markups', () => {
  const rules: readonly Markup[] = [
    { percent: '10' },
    { service: 'openai/*', percent: '20' },
    { service: 'openai/gpt-4o', percent: '30' },
    { service: 'openai/gpt-4o', meter: 'input_tokens', percent: '40' },
    { category: 'api', percent: '50' },
    { account: 'acme', percent: '60' },
    { account: 'acme', category: 'api', percent: '70' },
  ]

  test.each([
    [1, {}, '2.2'],
    [2, {}, '2.4'],
    [3, {}, '2.6'],
    [4, {}, '2.8'],
    [7, { account: 'other' }, '2.8'],
    [7, {}, '3.2'],
    [7, { category: 'api' as const }, '3.4'],
  ])('the most specific wins: of the first %i for %j %s', (count, usage, price) => {
    const card = publish({ listPrices: [GPT], layers: layers(rules.slice(0, count)) })
    expect(million(card, 'openai/gpt-4o', usage)).toBe(price)
  })

  test('those of an account and a category leave prices of one’s own alone', () => {
    const own = rate('openai/gpt-4o', 'input_tokens', '9', '1000000')
    const card = publish({ rates: [own], listPrices: [GEMINI], layers: layers(rules) })
    expect(million(card, 'openai/gpt-4o')).toBe('9')
  })

  test('two for the same usage are refused', () => {
    expect(faultsOf({ listPrices: [GPT], layers: layers([{ percent: '1' }, { service: '*', percent: '2' }]) })).toEqual(
      [{ pointer: '/markups/1', detail: expect.stringContaining('/markups/0') }],
    )
  })

  test('one that makes a price which can not be charged is refused, for which rate too', () => {
    const bad: Markup = { account: 'acme', fixed: { price: '1', per: '3' } }
    expect(faultsOf({ listPrices: [GPT], layers: layers([{ percent: '0' }, bad]) })).toEqual([
      { pointer: '/markups/1', detail: expect.stringContaining('openai/gpt-4o input_tokens') },
    ])
    const below: Markup = { account: 'acme', percent: '-101' }
    expect(faultsOf({ listPrices: [GPT], layers: layers([{ percent: '0' }, below]) })[0]?.detail).toContain(
      'below zero',
    )
  })
})

describe("an account's own price", () => {
  const own = { ...rate('openai/*', 'input_tokens', '1', '1000000'), account: 'acme' }
  const card = publish({
    rates: [own],
    listPrices: [GPT],
    layers: layers([{ account: 'acme', percent: '900' }, { percent: '0' }]),
  })

  test("goes before everybody's, also before one that names the model", () => {
    expect(million(card, 'openai/gpt-4o')).toBe('1')
  })

  test('is nobody else’s', () => {
    expect(million(card, 'openai/gpt-4o', { account: 'other' })).toBe('2')
  })
})

describe('a change for one account alone', () => {
  const before = publish({ listPrices: [GPT], layers: layers([{ percent: '20' }]) })
  const early = { effectiveFrom: NOW + 10 * MINUTE - 1, listPrices: [GPT] }

  test.each([
    ['a markup of its own', { ...early, layers: layers([{ percent: '20' }, { account: 'acme', percent: '19' }]) }],
    ['one by category', { ...early, layers: layers([{ percent: '20' }, { category: 'api', percent: '19' }]) }],
    [
      'a price of its own',
      {
        ...early,
        rates: [{ ...rate('openai/gpt-4o', 'input_tokens', '1', '1000000'), account: 'acme' }],
        layers: layers([{ percent: '20' }]),
      },
    ],
  ])('needs its notice of ten minutes: %s', (_, draft) => {
    expect(faultsOf(draft, [before])).toMatchObject([{ pointer: '/effectiveFrom' }])
    expect(decide({ ...draft, effectiveFrom: NOW + 10 * MINUTE }, [before]).kind).toBe('accepted')
  })

  test('is none where it comes to the same price', () => {
    const same = layers([{ percent: '20' }, { account: 'acme', percent: '20' }])
    expect(decide({ ...early, layers: same }, [before]).kind).toBe('accepted')
  })
})

test('whatever markups there are, a price is the product of its own layers, and another account’s rule never decides it', () => {
  const percent = fc.integer({ min: 0, max: 400 }).map((quarters) => String(quarters / 4))
  const rule = fc.record(
    {
      account: fc.constantFrom('acme', 'beta'),
      category: fc.constantFrom('text' as const, 'api' as const),
      service: fc.constantFrom('*', 'openai/*', 'openai/gpt-4o', 'google/*'),
      percent,
    },
    { requiredKeys: ['percent'] },
  )
  fc.assert(
    fc.property(
      fc.uniqueArray(rule, { selector: (one) => JSON.stringify([one.account, one.category, one.service ?? '*']) }),
      (rules) => {
        const card = publish({ listPrices: [GPT], layers: layers(rules, { defaultPercent: '7' }) })
        for (const account of ['acme', 'beta', 'gamma']) {
          const found = card.rateFor(usageOf('openai/gpt-4o', used(), { account }), 'input_tokens')
          if (found.kind !== 'rate') throw new Error(found.kind)
          const { basis, price } = found.rate
          const allowed = rules
            .filter((one) => one.account === undefined || one.account === account)
            .map((one) => one.percent)
          expect(['7', ...allowed]).toContain(basis?.markupPercent)
          expect(plain(price)).toBe(
            plain(
              price
                .times(0)
                .plus(2)
                .times(100 + Number(basis?.markupPercent))
                .dividedBy(100),
            ),
          )
        }
      },
    ),
  )
})

describe('a card is bounded', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => listed(`vendor/model-${n}`, '1'))

  test('to ten thousand rates in all', () => {
    const rates = [rate('a/b', 'pages', '1')]
    const general = layers([{ percent: '0' }])
    expect(faultsOf({ rates, listPrices: many(10_000), layers: general })[0]?.detail).toContain('more than 10000')
    expect(decide({ listPrices: many(10_000), layers: general }).kind).toBe('accepted')
  })

  test('to as many marked-up prices as can be checked', () => {
    const accounts = Array.from({ length: 6 }, (_, n): Markup => ({ account: `account-${n}`, percent: '1' }))
    const faults = faultsOf({ listPrices: many(9000), layers: layers([{ percent: '0' }, ...accounts]) })
    expect(faults).toEqual([{ pointer: '/markups/6', detail: expect.stringContaining('more than 50000 prices') }])
  })
})
