import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { credits, noCredits, sumOf } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import { priceUsage, type Usage } from '../../../../shared/pricing/charge/price-usage.ts'
import { type HistoryCosts, HistoryTally, type Replacement } from '../../../../shared/pricing/estimates/costs.ts'
import { MONTH_MS, runwayOf } from '../../../../shared/pricing/estimates/estimate.ts'
import type { PublishedRate } from '../../../../shared/pricing/rates/rate.ts'
import { DAY_MS } from '../../../../shared/time/instant.ts'
import { cardOf, rate, seedRates, usageOf, used } from '../../../world/cards.ts'

const card = cardOf(seedRates)

function history(usages: readonly Usage[], replace: readonly Replacement[] = [], by = card): HistoryCosts {
  const tally = new HistoryTally(by, replace)
  for (const usage of usages) tally.add(usage, credits('1'))
  const found = tally.result()
  if (found.kind !== 'costs') throw new Error(found.kind)
  return found
}
const total = ({ lines }: HistoryCosts) => plain(sumOf(lines.map((line) => line.credits)))
const chat = (service: string, more: Partial<Usage> = {}) =>
  usageOf(service, used(['input_tokens', '523'], ['output_tokens', '1247'], ['tool_calls', '2']), more)

describe('what was used before', () => {
  test('costs what it was charged, where prices are the same', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 }).map(String)
    const usage = fc
      .tuple(fc.constantFrom('openai/gpt-4o', 'anthropic/claude-opus-4-7'), amount, amount)
      .map(([service, input, output]) => usageOf(service, used(['input_tokens', input], ['output_tokens', output])))
    fc.assert(
      fc.property(fc.array(usage, { maxLength: 20 }), (usages) => {
        const charged = usages.map((one) => {
          const priced = priceUsage(one, [card])
          return priced.kind === 'priced' ? priced.total : noCredits
        })
        expect(total(history(usages))).toBe(plain(sumOf(charged)))
      }),
    )
  })

  test('is added up by category and service, with the times of the first and the last use', () => {
    const found = history([
      chat('openai/gpt-4o', { time: 7 }),
      chat('openai/gpt-4o', { time: 3 }),
      chat('openai/gpt-4o', { time: 5, category: 'other' }),
    ])
    expect(found.lines.map(({ category, times, credits: cost }) => `${category} ${times} ${plain(cost)}`)).toEqual([
      'text 2 5.3066',
      'other 1 2.6533',
    ])
    expect(found).toMatchObject({ charges: 3, charged: credits('3'), first: 3, last: 7 })
  })

  test('costs the price of another model with the quantities it had, and tells how often that was', () => {
    const replace = [
      { service: 'openai/gpt-4o', by: 'anthropic/claude-opus-4-7' },
      { service: 'x/never-used', by: 'openai/gpt-4o' },
    ]
    const found = history([chat('openai/gpt-4o'), chat('openai/gpt-4o')], replace)
    // 523 × 5 € / 1M + 1,247 × 25 € / 1M + 2 × 0.005 € = 0.04379 €
    expect(total(found)).toBe('8.758')
    expect(found.lines.map(({ service }) => service)).toEqual(['anthropic/claude-opus-4-7'])
    expect(found.replaced.map(({ charges }) => charges)).toEqual([2, 0])
  })

  test('is unpriced where the other model lacks a price for a meter, and not half charged', () => {
    const found = history(
      [chat('openai/gpt-4o'), chat('openai/gpt-4o')],
      [{ service: 'openai/gpt-4o', by: 'openai/gpt-image-1' }],
    )
    expect(found.lines).toEqual([])
    expect(found.unpriced.map(({ service, missing, times }) => `${times} ${service} ${missing.meter}`)).toEqual([
      '2 openai/gpt-image-1 input_tokens',
      '2 openai/gpt-image-1 output_tokens',
    ])
  })

  test('is not put together before it is priced: tiers hold for each use by itself', () => {
    const tiersBy: PublishedRate['tiersBy'] = { scope: 'event', meters: ['calls'] }
    const by = cardOf([{ ...rate('x/y', 'calls', '1'), tiers: [{ above: '10', price: '3' }], tiersBy }])
    expect(
      total(
        history(
          [8, 8].map((calls) => usageOf('x/y', used(['calls', String(calls)]))),
          [],
          by,
        ),
      ),
    ).toBe('1600')
  })
})

describe('a balance', () => {
  const at = (now: number, monthEnd: number) => ({ now, monthEnd })

  test('of what a period costs lasts exactly a period', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 1, max: 90 }), (cents, days) => {
        const cost = credits(`${cents}.333333`)
        const { lastsUntil } = runwayOf(cost, { cost, period: days * DAY_MS }, at(1000, 1000))
        expect(lastsUntil).toBe(1000 + days * DAY_MS)
      }),
    )
  })

  test('has what is spent until the end of the month taken off, to a cent', () => {
    const pace = { cost: credits('3000'), period: 30 * DAY_MS }
    expect(plain(runwayOf(credits('1000'), pace, at(0, 2 * DAY_MS)).leftAtMonthEnd)).toBe('800')
    expect(plain(runwayOf(credits('100.4'), pace, at(0, 2 * DAY_MS)).leftAtMonthEnd)).toBe('-100')
  })

  test('that is used up already lasts until now; at no cost it lasts for ever', () => {
    const pace = { cost: credits('1'), period: MONTH_MS }
    expect(runwayOf(credits('-1'), pace, at(5, 6)).lastsUntil).toBe(5)
    expect(runwayOf(noCredits, pace, at(5, 6)).lastsUntil).toBe(5)
    expect(runwayOf(credits('1'), { ...pace, cost: noCredits }, at(5, 6)).lastsUntil).toBeUndefined()
    expect(runwayOf(credits('1201'), pace, at(5, 6)).lastsUntil).toBeUndefined()
    expect(runwayOf(credits('1200'), pace, at(5, 6)).lastsUntil).toBe(5 + 1200 * MONTH_MS)
  })
})
