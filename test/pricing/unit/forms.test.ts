import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toEuros } from '../../../shared/money/amounts.ts'
import { exact, plain } from '../../../shared/money/exact.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import {
  checkRate,
  isSamePrice,
  type PublishedRate,
  publishedRate,
  readRate,
} from '../../../shared/pricing/rates/rate.ts'
import { cardOf, rate, usageOf, used } from '../../world/cards.ts'

const longContext = (
  scope: 'event' | 'slice',
  meters: readonly ['input_tokens', ...'cached_input_tokens'[]],
): PublishedRate => ({
  ...rate('google/gemini', 'input_tokens', '1.25', '1000000'),
  tiers: [{ above: '200000', price: '2.50' }],
  tiersBy: { scope, meters: [...meters] },
})

const euros = (rates: readonly PublishedRate[], quantities: ReturnType<typeof used>, service = 'google/gemini') => {
  const priced = priceByCard(usageOf(service, quantities), cardOf(rates))
  return priced.kind === 'priced' ? plain(toEuros(priced.total)) : priced.kind
}

const kindOf = (change: Partial<PublishedRate>) =>
  checkRate({ ...rate('google/gemini', 'input_tokens', '1.25', '1000000'), ...change }).kind

describe('a tier', () => {
  test('of the whole event prices all units, from strictly more than its bound on', () => {
    const rates = [longContext('event', ['input_tokens'])]
    expect(euros(rates, used(['input_tokens', '200000']))).toBe('0.25')
    expect(euros(rates, used(['input_tokens', '200001']))).toBe('0.5000025')
  })

  test('is reached by the sum of the meters that it looks at', () => {
    const rates = [
      longContext('event', ['input_tokens', 'cached_input_tokens']),
      rate('google/gemini', 'cached_input_tokens', '0.1', '1000000'),
    ]
    expect(euros(rates, used(['input_tokens', '100000'], ['cached_input_tokens', '100000']))).toBe('0.135')
    expect(euros(rates, used(['input_tokens', '100000'], ['cached_input_tokens', '100001']))).toBe('0.2600001')
  })

  test('of a slice prices what lies above its bound alone', () => {
    const rates = [longContext('slice', ['input_tokens'])]
    expect(euros(rates, used(['input_tokens', '200000']))).toBe('0.25')
    expect(euros(rates, used(['input_tokens', '300000']))).toBe('0.5')
  })

  test('cut into slices never loses or adds a unit, and is continuous at its bounds', () => {
    const bounds = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(bounds, fc.integer({ min: 0, max: 2000 }), (unsorted, quantity) => {
        const tiers = unsorted.sort((a, b) => a - b).map((above, n) => ({ above: String(above), price: String(n + 2) }))
        const one = {
          ...rate('a/b', 'pages', '1'),
          tiers,
          tiersBy: { scope: 'slice' as const, meters: ['pages' as const] },
        }
        const priced = priceByCard(usageOf('a/b', used(['pages', String(quantity)])), cardOf([one]))
        if (priced.kind !== 'priced') throw new Error(priced.kind)
        const units = priced.rows.reduce((sum, row) => sum.plus(row.quantity), exact('0'))
        expect(plain(units)).toBe(String(quantity))
        const expected = Array.from(
          { length: quantity },
          (_, n) => 1 + tiers.filter(({ above }) => n >= Number(above)).length,
        )
        expect(plain(toEuros(priced.total))).toBe(String(expected.reduce((sum, price) => sum + price, 0)))
      }),
    )
  })
})

describe('whole packages', () => {
  const searches: PublishedRate = { ...rate('a/search', 'calls', '10', '1000'), rounding: 'whole packages' }

  test('count a begun one', () => {
    expect(euros([searches], used(['calls', '1']), 'a/search')).toBe('10')
    expect(euros([searches], used(['calls', '1000']), 'a/search')).toBe('10')
    expect(euros([searches], used(['calls', '1001']), 'a/search')).toBe('20')
    expect(euros([searches], used(['calls', '0']), 'a/search')).toBe('0')
  })

  test('may cost what one unit could not cost exactly', () => {
    expect(kindOf({ per: '3', price: '1' })).toBe('inexact')
    expect(kindOf({ per: '3', price: '1', rounding: 'whole packages' })).toBe('rate')
  })
})

describe('a rate is refused', () => {
  const by = { scope: 'event', meters: ['input_tokens'] } as const
  test.each([
    ['with tiers and nothing to compare', { tiers: [{ above: '5', price: '1' }] }, 'tiers-without-measure'],
    [
      'with something to compare and no tiers',
      { tiersBy: { ...by, meters: ['input_tokens'] } },
      'tiers-without-measure',
    ],
    [
      'with tiers that do not rise',
      {
        tiers: [
          { above: '5', price: '1' },
          { above: '5', price: '2' },
        ],
        tiersBy: { ...by, meters: ['input_tokens'] },
      },
      'tiers-out-of-order',
    ],
    [
      'with slices of another meter',
      { tiers: [{ above: '5', price: '1' }], tiersBy: { scope: 'slice', meters: ['output_tokens'] } },
      'slices-of-other-meters',
    ],
    [
      'with a tier that no unit can be charged by',
      { per: '3', price: '3', tiers: [{ above: '5', price: '1' }], tiersBy: { ...by, meters: ['input_tokens'] } },
      'inexact',
    ],
    [
      'with packages in tiers',
      { rounding: 'whole packages', tiers: [{ above: '5', price: '1' }], tiersBy: { ...by, meters: ['input_tokens'] } },
      'packages-in-tiers',
    ],
  ] satisfies readonly (readonly [string, Partial<PublishedRate>, string])[])('%s', (_, change, kind) => {
    expect(kindOf(change)).toBe(kind)
  })
})

describe('the basis of a price', () => {
  const basis = { listPrice: '1.25', currency: 'USD', exchangeRate: '0.8643', markupPercent: '20', source: 'a list' }

  test('gives the price, to the last digit, or the rate is refused', () => {
    expect(kindOf({ price: '1.29645', basis })).toBe('rate')
    expect(kindOf({ price: '1.2964', basis })).toBe('not-from-basis')
    expect(
      kindOf({ price: '1.08', basis: { ...basis, listPrice: '1', exchangeRate: '1.2', markupPercent: '-10' } }),
    ).toBe('rate')
  })

  test('gives the price of each tier too', () => {
    const tiers = [{ above: '200000', price: '2.5929' }]
    const tiersBy = { scope: 'event' as const, meters: ['input_tokens' as const] }
    expect(kindOf({ price: '1.29645', tiers, tiersBy, basis: { ...basis, listTiers: ['2.50'] } })).toBe('rate')
    expect(kindOf({ price: '1.29645', tiers, tiersBy, basis: { ...basis, listTiers: ['2.51'] } })).toBe(
      'not-from-basis',
    )
    expect(kindOf({ price: '1.29645', tiers, tiersBy, basis })).toBe('not-from-basis')
  })
})

test('a rate reads back as it was published, in every form', () => {
  const basis = {
    listPrice: '1',
    currency: 'EUR',
    exchangeRate: '1',
    markupPercent: '0',
    source: 'x',
    listTiers: ['2'],
  }
  const forms: readonly PublishedRate[] = [
    rate('a/b', 'images', '0.3', '1', { quality: 'high' }),
    { ...rate('a/b', 'calls', '10', '1000'), rounding: 'whole packages' },
    {
      ...rate('a/b', 'pages', '1'),
      tiers: [{ above: '9', price: '2' }],
      tiersBy: { scope: 'slice', meters: ['pages'] },
      basis,
    },
  ]
  for (const form of forms) {
    const read = readRate(form)
    if (read.kind !== 'rate') throw new Error(read.kind)
    expect(publishedRate(read.rate)).toEqual(form)
  }
})

test('two rates cost the same when every usage costs the same by them, whatever they are per', () => {
  const read = (one: PublishedRate) => {
    const made = readRate(one)
    if (made.kind !== 'rate') throw new Error(made.kind)
    return made.rate
  }
  const plainRate = rate('a/b', 'pages', '1', '10')
  expect(isSamePrice(read(plainRate), read({ ...plainRate, price: '0.1', per: '1' }))).toBe(true)
  expect(isSamePrice(read(plainRate), read({ ...plainRate, rounding: 'whole packages' }))).toBe(false)
  const tiered = (above: string): PublishedRate => ({
    ...plainRate,
    tiers: [{ above, price: '2' }],
    tiersBy: { scope: 'event', meters: ['pages'] },
  })
  expect(isSamePrice(read(tiered('5')), read(tiered('5')))).toBe(true)
  expect(isSamePrice(read(tiered('5')), read(tiered('6')))).toBe(false)
  expect(isSamePrice(read(tiered('5')), read(plainRate))).toBe(false)
})
