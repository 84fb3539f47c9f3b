import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { amountText, credits, noCredits, plus } from '../../../../shared/money/amounts.ts'
import { exact, plain } from '../../../../shared/money/exact.ts'
import { priceUsage } from '../../../../shared/pricing/charge/price-usage.ts'
import { type Costs, costsOf } from '../../../../shared/pricing/estimates/costs.ts'
import { estimateOf, mapRange, usualFactors } from '../../../../shared/pricing/estimates/estimate.ts'
import { presets } from '../../../../shared/pricing/estimates/presets.ts'
import { usesOf } from '../../../../shared/pricing/estimates/uses.ts'
import { completeWorkload, type Workload, workloadSchema } from '../../../../shared/pricing/estimates/workload.ts'
import { cardOf, rate, seedRates, usageOf } from '../../../world/cards.ts'

const card = cardOf(seedRates)
const factors = mapRange(usualFactors, exact)
const costs = (workload: Workload, by = card): Costs => {
  const found = costsOf(usesOf(completeWorkload(workload)), by, '')
  if (found.kind !== 'costs') throw new Error(found.kind)
  return found
}
const estimate = (workload: Workload, by = card) => estimateOf(costs(workload, by), factors)
const expected = (workload: Workload, by = card) => plain(estimate(workload, by).total.expected)

const workday = presets.find(({ name }) => name === 'workday')!.workload
const chatWith = (service: string, often: object = {}) => ({
  times: '1',
  length: 'short' as const,
  models: [{ service, share: '1' }],
  ...often,
})

describe('the productive workday of the seed page', () => {
  test('costs exactly 7.24 € or 724 credits: 554 for chats, 150 for images, 20 for workflow wizards', () => {
    const { total, categories, unpriced } = estimate(workday)
    expect(amountText(total.expected)).toEqual({ eur: '7.24', credits: '724' })
    expect([...categories].map(([category, cost]) => [category, plain(cost.expected)])).toEqual([
      ['text', '554'],
      ['image', '150'],
      ['other', '20'],
    ])
    expect(unpriced).toEqual([])
  })

  test('has 30 chats that take 23,000 tokens in and 217,000 out', () => {
    let [chats, input, output] = [0, 0, 0]
    for (const { category, times, quantities } of usesOf(completeWorkload(workday))) {
      if (category !== 'text') continue
      chats += times.toNumber()
      input += times.times(quantities.get('input_tokens')!).toNumber()
      output += times.times(quantities.get('output_tokens')!).toNumber()
    }
    expect([chats, input, output]).toEqual([30, 23_000, 217_000])
  })

  test("a short chat is the seed page's chat with GPT-4o", () => {
    expect(expected({ people: 1, workdays: '1', chats: [chatWith('openai/gpt-4o', { toolCalls: 2 })] })).toBe('2.6533')
  })
})

describe('an estimate', () => {
  test('is what the same uses would be charged, one by one', () => {
    const tiered = { ...rate('google/gemini', 'input_tokens', '1'), tiers: [{ above: '10', price: '3' }] }
    const scope = { scope: 'event' as const, meters: ['input_tokens' as const] }
    const rates = [
      { ...tiered, tiersBy: scope },
      rate('google/gemini', 'output_tokens', '0.123456789'),
      { ...rate('deepl/translate', 'characters', '0.02', '1000'), rounding: 'whole packages' as const },
      rate('openai/gpt-image-1', 'images', '0.3'),
      rate('openai/gpt-image-1', 'images', '0.7', '1', { quality: 'high' }),
    ]
    const by = cardOf(rates)
    const whole = fc.integer({ min: 0, max: 40 })
    fc.assert(
      fc.property(
        fc.record({ people: fc.integer({ min: 1, max: 4 }), days: fc.integer({ min: 0, max: 5 }) }),
        fc.record({ input: whole, output: whole, characters: fc.integer({ min: 0, max: 5000 }), high: fc.boolean() }),
        fc.integer({ min: 0, max: 3 }),
        ({ people, days }, { input, output, characters, high }, times) => {
          const often = { times: String(times) }
          const variant = high ? { variant: { quality: 'high' } } : {}
          const workload: Workload = {
            people,
            workdays: String(days),
            chats: [chatWith('google/gemini', { ...often, length: { inputTokens: input, outputTokens: output } })],
            images: [{ ...often, service: 'openai/gpt-image-1', ...variant }],
            usages: [{ ...often, category: 'api', service: 'deepl/translate', quantities: { characters } }],
          }
          let charged = noCredits
          for (const { quantities, service, variant: of, category, times: count } of usesOf(completeWorkload(workload)))
            for (let use = 0; count.gt(use); use += 1) {
              const priced = priceUsage(usageOf(service, quantities, { variant: of, category }), [by])
              if (priced.kind !== 'priced') throw new Error(priced.kind)
              charged = plus(charged, priced.total)
            }
          expect(expected(workload, by)).toBe(plain(charged))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('lists what has no price with service and meter, and is without it, never with it for free', () => {
    const { total, lines, unpriced } = estimate({
      people: 2,
      workdays: '10',
      chats: [chatWith('acme/unknown'), chatWith('openai/gpt-4o')],
      usages: [{ times: '3', per: 'month', category: 'api', service: 'openai/gpt-4o', quantities: { seconds: '1.5' } }],
    })
    expect(lines.map(({ service }) => service)).toEqual(['openai/gpt-4o'])
    expect(plain(total.expected)).toBe('33.066')
    expect(unpriced.map(({ service, missing, times }) => `${times} ${service} ${missing.meter}`)).toEqual([
      '20 acme/unknown input_tokens',
      '20 acme/unknown output_tokens',
      '6 openai/gpt-4o seconds',
    ])
  })

  test('has no price for anything where no card is in force', () => {
    expect(costsOf(usesOf(completeWorkload(workday)), undefined, '')).toMatchObject({ kind: 'costs', lines: [] })
  })

  test('multiplies the number of uses by 0.7, 1 and 1.5, and leaves one use as large as it is', () => {
    const { total, lines } = estimate(workday)
    expect(mapRange(total, plain)).toEqual({ low: '506.8', expected: '724', high: '1086' })
    const images = lines.find(({ category }) => category === 'image')!
    expect(mapRange(images.times, plain)).toEqual({ low: '3.5', expected: '5', high: '7.5' })
    expect(images.quantities).toEqual(new Map([['images', exact('1')]]))
  })

  test('shares chats out by the mix of models, exactly', () => {
    const models = [
      { service: 'openai/gpt-4o', share: '0.9' },
      { service: 'anthropic/claude-opus-4-7', share: '0.1' },
    ]
    const { lines } = estimate({ people: 3, workdays: '7', chats: [chatWith('', { models })] })
    expect(lines.map(({ times }) => plain(times.expected))).toEqual(['18.9', '2.1'])
  })

  test('multiplies by working days what is done by the day, and not what is done by the month', () => {
    const images = [{ times: '1', service: 'openai/gpt-image-1' }]
    expect(expected({ people: 2, workdays: '20', images })).toBe('1200')
    expect(expected({ people: 2, workdays: '20', images: [{ ...images[0]!, per: 'month' }] })).toBe('60')
    expect(expected({ people: 2, images })).toBe('1260')
  })

  test("has an account's own prices for that account alone", () => {
    const own = cardOf([...seedRates, { ...rate('openai/gpt-image-1', 'images', '0.2'), account: 'acme' }])
    const uses = usesOf(
      completeWorkload({ people: 1, workdays: '1', images: [{ times: '1', service: 'openai/gpt-image-1' }] }),
    )
    const cost = (account: string) => (costsOf(uses, own, account) as Costs).lines[0]!.credits
    expect([plain(cost('acme')), plain(cost('other')), plain(cost(''))]).toEqual(['20', '30', '30'])
  })

  test('is refused where one use would cost more than a usage event may', () => {
    const by = cardOf([rate('x/y', 'calls', '10000000.01')])
    const uses = usesOf(
      completeWorkload({
        people: 1,
        usages: [{ times: '1', category: 'api', service: 'x/y', quantities: { calls: 1 } }],
      }),
    )
    expect(costsOf(uses, by, '')).toEqual({ kind: 'out-of-range', service: 'x/y' })
  })
})

describe('a workload', () => {
  test.each(presets)(
    'of the preset $name is one that can be sent, and has a price on the demo card',
    ({ workload }) => {
      expect(z.parse(workloadSchema, workload)).toEqual(workload)
      const { total, unpriced } = estimate(workload)
      expect(unpriced).toEqual([])
      expect(total.expected.gt(credits('0'))).toBe(true)
    },
  )

  test('that is complete can be sent again, and means the same', () => {
    for (const { workload } of presets) {
      const complete = completeWorkload(workload)
      expect(completeWorkload(z.parse(workloadSchema, complete))).toEqual(complete)
    }
  })

  test.each([
    [['0.9', '0.1'], true],
    [['0.1', '0.2', '0.7'], true],
    [['0.333333', '0.333333', '0.333334'], true],
    [['0.333333', '0.333333', '0.333333'], false],
    [['0.9', '0.2'], false],
    [['1', '0'], true],
  ])('with shares %j is taken: %s, for they add up to exactly 1 or not', (shares, isTaken) => {
    const models = shares.map((share, index) => ({ service: `m/${index}`, share }))
    expect(z.safeParse(workloadSchema, { people: 1, chats: [chatWith('', { models })] }).success).toBe(isTaken)
  })

  test.each([
    { people: 0 },
    { people: 1.5 },
    { people: 1, workdays: '31.01' },
    { people: 1, workdays: '-1' },
    { people: 1, workdays: '1e1' },
    { people: 1, chats: [chatWith('m', { length: 'huge' })] },
    { people: 1, chats: [chatWith('m', { length: { inputTokens: 0.5, outputTokens: 1 } })] },
    { people: 1, images: [{ times: 5, service: 'm' }] },
    { people: 1, pictures: [] },
  ])('%j is none', (workload) => {
    expect(z.safeParse(workloadSchema, workload).success).toBe(false)
  })
})
