import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimateWorkload } from '../../../shared/estimates/estimate.ts'
import { historyTally, monthOf } from '../../../shared/estimates/history.ts'
import { lastsUntil } from '../../../shared/estimates/lasts-until.ts'
import { presets, tokens } from '../../../shared/estimates/presets.ts'
import type { Activity } from '../../../shared/estimates/workload.ts'
import { amountText, credits } from '../../../shared/money/amounts.ts'
import { exact, plain } from '../../../shared/money/exact.ts'
import { priceByCard } from '../../../shared/rates/price-charge.ts'
import { DAY_MS } from '../../../shared/time/instant.ts'
import { cardOf, rate, seedRates, usageOf, used } from '../rates/cards.ts'

const card = cardOf(seedRates)
const spread = { low: exact('0.7'), high: exact('1.5') }
const aDay = (activities: readonly Activity[]) => ({ people: exact('1'), days: exact('1'), activities })
const activity = (service: string, quantities: ReturnType<typeof used>, perPersonAndDay = '1'): Activity => ({
  name: service,
  usage: { category: 'text', service, variant: '', quantities },
  perPersonAndDay: exact(perPersonAndDay),
})

describe('an estimate', () => {
  test("of the seed page's workday is 7.24 €: 5.54 of chats, 1.50 of images, 0.20 of wizards", () => {
    const { total, byCategory } = estimateWorkload(aDay(presets['workday']!), spread, card, '')
    expect(amountText(total.expected)).toEqual({ eur: '7.24', credits: '724' })
    expect([...byCategory].map(([category, { expected }]) => [category, plain(expected)])).toEqual([
      ['text', '554'],
      ['image', '150'],
      ['other', '20'],
    ])
  })

  test('is what the same events would be charged, to the last digit', () => {
    const count = fc.integer({ min: 0, max: 500 })
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 40 }), (input, output, times) => {
        const quantities = tokens(String(input), String(output))
        const one = priceByCard(usageOf('openai/gpt-4o', quantities), card)
        const workload = {
          people: exact('3'),
          days: exact('20'),
          activities: [activity('openai/gpt-4o', quantities, String(times))],
        }
        const { total } = estimateWorkload(workload, spread, card, 'acme')
        return one.kind === 'priced' && total.expected.eq(one.total.times(3 * 20 * times))
      }),
    )
  })

  test('spreads the number of events, exactly', () => {
    const { total } = estimateWorkload(aDay(presets['workday']!), spread, card, '')
    expect([total.low, total.high].map(plain)).toEqual(['506.8', '1086'])
  })

  test('prices an event by the tier that one event reaches, not their sum', () => {
    const tiered = cardOf([
      {
        ...rate('a/b', 'pages', '1'),
        tiers: [{ above: '10', price: '9' }],
        tiersBy: { scope: 'event', meters: ['pages'] },
      },
    ])
    const { total } = estimateWorkload(aDay([activity('a/b', used(['pages', '10']), '100')]), spread, tiered, '')
    expect(plain(total.expected)).toBe('100000')
  })

  test('says what has no price, and leaves it out of the sum', () => {
    const workload = aDay([activity('nobody/knows', used(['pages', '1'])), ...presets['workday']!])
    const { total, unpriced, activities } = estimateWorkload(workload, spread, card, '')
    expect(unpriced).toEqual([{ service: 'nobody/knows', meter: 'pages' }])
    expect(activities[0]?.each).toBeUndefined()
    expect(plain(total.expected)).toBe('724')
  })

  test("is made with the account's own prices", () => {
    const own = { ...rate('openai/gpt-image-1', 'images', '0.10'), account: 'acme' }
    const mine = cardOf([...seedRates, own])
    const images = activity('openai/gpt-image-1', used(['images', '1']))
    expect(plain(estimateWorkload(aDay([images]), spread, mine, 'acme').total.expected)).toBe('10')
    expect(plain(estimateWorkload(aDay([images]), spread, mine, 'other').total.expected)).toBe('30')
  })
})

describe('an estimate from history', () => {
  const chat = usageOf('openai/gpt-4o', tokens('1000000', '0'))

  test('keeps what was charged, and prices again what another model would do', () => {
    const tally = historyTally(new Map([['openai/gpt-4o', 'anthropic/claude-opus-4-7']]), card)
    tally.add(chat, credits('300'))
    tally.add(usageOf('platform/workflow-wizard', used(['runs', '1'])), credits('10'))
    const { charged, total } = tally.result()
    expect([plain(charged), plain(total)]).toEqual(['310', '510'])
  })

  test('says what the other model has no price for', () => {
    const tally = historyTally(new Map([['openai/gpt-4o', 'openai/gpt-image-1']]), card)
    tally.add(chat, credits('300'))
    expect(tally.result().unpriced).toContainEqual({ service: 'openai/gpt-image-1', meter: 'input_tokens' })
    expect(plain(tally.result().total)).toBe('0')
  })

  test('becomes a month of thirty days, with growth', () => {
    expect(plain(monthOf(credits('100'), 10, exact('20')))).toBe('360')
  })
})

describe('a balance lasts', () => {
  test('as long as its pace allows', () => {
    expect(lastsUntil(credits('100'), credits('300'), 0)).toBe(10 * DAY_MS)
    expect(lastsUntil(credits('0'), credits('300'), 5)).toBe(5)
    expect(lastsUntil(credits('100'), credits('0'), 0)).toBeUndefined()
    expect(lastsUntil(credits('99999999'), credits('1'), 0)).toBeUndefined()
  })
})
