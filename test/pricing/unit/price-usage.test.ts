import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plain } from '../../../shared/money/exact.ts'
import { priceUsage } from '../../../shared/pricing/charge/price-usage.ts'
import { cardOf, rate, seedRates, usageOf, used } from '../../world/cards.ts'

const card = cardOf(seedRates)
const priceOf = (service: string, quantities: ReturnType<typeof used>, cards = [card], time = 1, variant = '') => {
  const priced = priceUsage(usageOf(service, quantities, { time, variant }), cards)
  return priced.kind === 'priced' ? plain(priced.total) : priced
}

describe('pricing usage', () => {
  test("the seed page's chat costs 2.6533 credits, unrounded", () => {
    expect(
      priceOf('openai/gpt-4o', used(['input_tokens', '523'], ['output_tokens', '1247'], ['tool_calls', '2'])),
    ).toBe('2.6533')
  })

  test("the seed page's workday costs 554, 150 and 20 credits", () => {
    expect(priceOf('anthropic/claude-opus-4-7', used(['input_tokens', '23000'], ['output_tokens', '217000']))).toBe(
      '554',
    )
    expect(priceOf('openai/gpt-image-1', used(['images', '5']))).toBe('150')
    expect(priceOf('platform/workflow-wizard', used(['runs', '2']))).toBe('20')
  })

  test('a meter without a rate makes the whole event unpriced, never free', () => {
    const quantities = used(['input_tokens', '1'], ['seconds', '1'])
    const missing = [{ kind: 'meter', meter: 'seconds' }]
    expect(priceOf('openai/gpt-4o', quantities)).toEqual({ kind: 'unpriced', missing })
  })

  test('a quantity of 0 needs no rate, and is in no row', () => {
    const quantities = used(['input_tokens', '1'], ['input_audio_tokens', '0'], ['output_audio_tokens', '0'])
    expect(priceOf('openai/gpt-4o', quantities)).toBe('0.0003')
    const priced = priceUsage(usageOf('openai/gpt-4o', quantities), [card])
    expect(priced.kind === 'priced' && priced.rows.map(({ meter }) => meter)).toEqual(['input_tokens'])
  })

  test('usage of nothing but zeros costs 0 credits, of whatever service', () => {
    expect(priceOf('nobody/knows', used(['input_audio_tokens', '0'], ['seconds', '0.000']))).toBe('0')
  })

  test('usage of nothing but zeros waits for a card too: a charge names a version', () => {
    expect(priceOf('openai/gpt-4o', used(['input_tokens', '0']), [])).toMatchObject({ kind: 'unpriced' })
  })

  test('no card in force at the event time leaves every meter without a price', () => {
    const later = cardOf(seedRates, 1, 100)
    expect(priceOf('openai/gpt-4o', used(['input_tokens', '1']), [later], 99)).toEqual({
      kind: 'unpriced',
      missing: [{ kind: 'service', meter: 'input_tokens' }],
    })
    expect(priceOf('openai/gpt-4o', used(['input_tokens', '1']), [later], 100)).toBe('0.0003')
  })

  test('the card in force at its own time prices an event, whatever came later', () => {
    const dearer = cardOf([rate('openai/gpt-4o', 'input_tokens', '6', '1000000')], 2, 100)
    expect(priceOf('openai/gpt-4o', used(['input_tokens', '1']), [card, dearer], 99)).toBe('0.0003')
    expect(priceOf('openai/gpt-4o', used(['input_tokens', '1']), [card, dearer], 100)).toBe('0.0006')
  })

  test('of two cards effective at the same time the higher version is in force', () => {
    const second = cardOf([rate('*', 'calls', '2')], 2)
    expect(priceOf('x/y', used(['calls', '1']), [second, cardOf([rate('*', 'calls', '1')], 1)])).toBe('200')
  })

  test('the most specific rate wins: variant, service, vendor, everything', () => {
    const rates = [
      rate('*', 'images', '1'),
      rate('v/*', 'images', '2'),
      rate('v/m', 'images', '3'),
      rate('v/m', 'images', '4', '1', { size: 'xl' }),
    ]
    const priceWith = (count: number, variant = '') =>
      priceOf('v/m', used(['images', '1']), [cardOf(rates.slice(0, count))], 1, variant)
    const xl = JSON.stringify([['size', 'xl']])
    expect([priceWith(1), priceWith(2), priceWith(3), priceWith(4), priceWith(4, xl)]).toEqual([
      '100',
      '200',
      '300',
      '300',
      '400',
    ])
  })

  test('usage worth more than ten million euros is out of range', () => {
    expect(priceOf('openai/gpt-image-1', used(['images', '33333334']))).toEqual({ kind: 'out-of-range' })
  })

  test('splitting usage never changes its price, to the last digit', () => {
    const price = fc.bigInt({ min: 0n, max: 10n ** 9n }).map((digits) => `0.${digits.toString().padStart(18, '0')}`)
    const micro = fc.bigInt({ min: 0n, max: 10n ** 12n })
    const text = (millionths: bigint) =>
      `${millionths / 1_000_000n}.${(millionths % 1_000_000n).toString().padStart(6, '0')}`
    fc.assert(
      fc.property(price, micro, micro, (unit, a, b) => {
        const cards = [cardOf([rate('*', 'seconds', unit)])]
        const of = (millionths: bigint) => priceUsage(usageOf('s', used(['seconds', text(millionths)])), cards)
        const [whole, first, second] = [of(a + b), of(a), of(b)]
        if (whole.kind !== 'priced' || first.kind !== 'priced' || second.kind !== 'priced') return false
        const expected = (BigInt(unit.slice(2)) * (a + b) * 100n).toString().padStart(25, '0')
        const digits = `${expected.slice(0, -24)}.${expected.slice(-24)}`.replace(/\.?0+$/, '').replace(/^0+(?=\d)/, '')
        return whole.total.eq(first.total.plus(second.total)) && plain(whole.total) === (digits === '' ? '0' : digits)
      }),
      { numRuns: 500 },
    )
  })
})
