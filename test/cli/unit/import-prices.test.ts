import { readFileSync } from 'node:fs'
import { calcPrice, type ModelInfo, type Provider } from '@pydantic/genai-prices'
import { beforeAll, describe, expect, test } from 'vitest'
import { changeLines } from '../../../infra/cli/lib/change-lines.ts'
import { toEuros } from '../../../shared/money/amounts.ts'
import { exact } from '../../../shared/money/exact.ts'
import { noCatalogue } from '../../../shared/pricing/cards/catalogue.ts'
import { compileRates } from '../../../shared/pricing/cards/compile-rates.ts'
import { decidePublication } from '../../../shared/pricing/cards/decide-publication.ts'
import { priceChanges } from '../../../shared/pricing/cards/price-changes.ts'
import type { CardContent } from '../../../shared/pricing/cards/rate-card-draft.ts'
import { priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import { draftCard } from '../../../shared/pricing/price-lists/draft-card.ts'
import { BUNDLED_LIST, bundledProviders, readGenaiPrices } from '../../../shared/pricing/price-lists/genai-prices.ts'
import type { PriceList } from '../../../shared/pricing/price-lists/price-list.ts'
import type { Layers } from '../../../shared/pricing/rates/markup.ts'
import type { PriceNeutralVariant } from '../../../shared/pricing/rates/price-neutral-variant.ts'
import type { PublishedRate } from '../../../shared/pricing/rates/rate.ts'
import type { Meter } from '../../../shared/usage/meters.ts'
import { cardOf, draftOf, rate, usageOf } from '../../world/cards.ts'

const DAY = '2026-11-23'
const NOON = new Date(`${DAY}T12:00:00Z`)
const layersOf = (euros: string, percent: string): Layers => ({
  exchangeRates: [{ currency: 'USD', rate: euros, day: DAY, source: 'a bank' }],
  markups: [{ percent }],
})

/** A dollar is a euro, and nothing is added. */
const AS_LISTED = layersOf('1', '0')
const NONE = { rates: [], aliases: [], priceNeutralVariants: [] }

let providers: readonly Provider[]
let all: PriceList
beforeAll(async () => {
  providers = await bundledProviders()
  all = readGenaiPrices(providers, { vendors: providers.map(({ id }) => id), day: DAY })
})

const pricesOf = (content: CardContent): readonly PublishedRate[] => compileRates(content).rates.map(({ rate }) => rate)

const ratesOf = (service: string, list = all): readonly PublishedRate[] =>
  pricesOf(draftCard({ ...list, services: list.services.filter((one) => one.service === service) }, AS_LISTED, NONE))

const providerOf = (models: readonly unknown[]): Provider => ({
  ...providers[0]!,
  id: 'vendor',
  models: models as ModelInfo[],
})

const listOf = (prices: unknown, match: unknown = { equals: 'model' }): PriceList =>
  readGenaiPrices([providerOf([{ id: 'model', match, prices }])], { vendors: ['vendor'], day: DAY })

describe('the list that comes with genai-prices', () => {
  test('is as of the day of the release that is installed', () => {
    const file = new URL('../../../node_modules/@pydantic/genai-prices/package.json', import.meta.url)
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    // `npm view @pydantic/genai-prices time` tells the day of a release.
    expect(BUNDLED_LIST.version).toBe(version)
  })

  test('makes a card of more than 500 models that can be published', () => {
    const list = readGenaiPrices(providers, { vendors: undefined, day: DAY })
    const draft = draftCard(list, layersOf('0.8643', '20'), NONE)
    expect(new Set(draft.listPrices.map(({ service }) => service)).size).toBeGreaterThan(500)
    expect(decidePublication(noCatalogue, draftOf(draft), NOON.getTime())).toMatchObject({ kind: 'accepted' })
  })

  test('says of everything that it leaves out why', () => {
    expect(all.skipped.length).toBeGreaterThan(100)
    expect(all.skipped.every(({ reason }) => reason.length > 0)).toBe(true)
    const services = new Set(all.services.map(({ service }) => service))
    const silent = providers.flatMap(({ id, models }) =>
      models
        .map((model) => `${id}/${model.id}`)
        .filter((service) => !services.has(service) && !all.skipped.some((one) => one.service === service)),
    )
    expect(silent).toEqual([])
  })
})

const METERS: readonly Meter[] = [
  ...(['input_tokens', 'cached_input_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens'] as const),
  ...(['input_audio_tokens', 'output_tokens', 'reasoning_tokens', 'output_audio_tokens', 'seconds', 'pages'] as const),
]

/** Sizes on both sides of every tier, from a seed. */
function drawQuantities(seed: number, has: ReadonlySet<string>): Readonly<Record<string, number>> {
  const sizes = [523, 12_000, 150_000, 260_000, 700_000]
  return Object.fromEntries(
    METERS.filter((meter) => has.has(meter)).map((meter, place) => {
      const size = sizes[(seed * 7 + place * 3) % sizes.length] ?? 1
      return [meter, size + ((seed * 7919 + place * 104_729) % 1000)]
    }),
  )
}

/** What is an exclusive pool here is a part of a whole there. */
function theirUsage(q: Readonly<Record<string, number>>) {
  const of = (meter: string) => q[meter] ?? 0
  const writes = of('cache_write_5m_tokens') + of('cache_write_1h_tokens')
  return {
    input_tokens: of('input_tokens') + of('cached_input_tokens') + writes + of('input_audio_tokens'),
    cache_read_tokens: of('cached_input_tokens'),
    cache_write_tokens: writes,
    cache_write_5m_tokens: of('cache_write_5m_tokens'),
    cache_write_1h_tokens: of('cache_write_1h_tokens'),
    input_audio_tokens: of('input_audio_tokens'),
    cache_audio_read_tokens: 0,
    output_tokens: of('output_tokens') + of('reasoning_tokens') + of('output_audio_tokens'),
    output_reasoning_tokens: of('reasoning_tokens'),
    output_audio_tokens: of('output_audio_tokens'),
    ...(of('seconds') > 0 && { audio_seconds: of('seconds'), input_audio_seconds: of('seconds') }),
    ...(of('pages') > 0 && { input_document_pages: of('pages') }),
  }
}

/** They add their fee for a request to every usage: an event says so by its meter `calls`. */
const FLOAT_ERROR = 1e-12

test('every model of the list costs what genai-prices works out, up to its float error', () => {
  const differing: string[] = []
  let compared = 0
  for (const provider of providers) {
    for (const model of provider.models) {
      const service = `${provider.id}/${model.id}`
      const rates = ratesOf(service)
      const has = new Set(rates.filter(({ variant }) => variant === undefined).map(({ meter }) => meter))
      if (has.size === 0) continue
      const single: Provider = { ...provider, models: [{ ...model, match: { equals: model.id } }] }
      const card = cardOf(rates)
      for (const seed of [1, 2, 3]) {
        const quantities = drawQuantities(seed, has)
        const ours = priceByCard(
          usageOf(
            service,
            new Map([
              ...Object.entries(quantities).map(([meter, count]) => [meter as Meter, exact(String(count))] as const),
              ...(has.has('calls') ? [['calls', exact('1')] as const] : []),
            ]),
          ),
          card,
        )
        if (ours.kind !== 'priced') throw new Error(`${service}: ${JSON.stringify(ours)}`)
        const theirs = calcPrice(theirUsage(quantities), model.id, { provider: single, timestamp: NOON })
        const [expected, found] = [Number(toEuros(ours.total)), theirs?.total_price ?? Number.NaN]
        compared += 1
        if (!(Math.abs(expected - found) <= FLOAT_ERROR * Math.max(1, expected)))
          differing.push(`${service} ${JSON.stringify(quantities)}: ${expected}, theirs ${found}`)
      }
    }
  }
  expect(differing).toEqual([])
  expect(compared).toBeGreaterThan(4000)
})

describe('a price', () => {
  test('is the exact product of list price, exchange rate and markup, which stand beside it', () => {
    const rates = pricesOf(draftCard(listOf({ input_mtok: 0.075 }), layersOf('0.8643', '20'), NONE))
    expect(rates[0]).toMatchObject({
      service: 'vendor/model',
      meter: 'input_tokens',
      per: '1000000',
      price: '0.077787',
      basis: { listPrice: '0.075', currency: 'USD', exchangeRate: '0.8643', markupPercent: '20' },
    })
  })

  test('of which a float has left no digits is left out', () => {
    const { services, skipped } = listOf({ input_mtok: 0.08333333333333334, output_mtok: 1 })
    expect(services[0]?.rates.map(({ meter }) => meter)).toEqual(['output_tokens', 'reasoning_tokens'])
    expect(skipped).toMatchObject([
      { service: 'vendor/model', price: 'input_mtok', reason: expect.stringContaining('float') },
    ])
  })

  test('that no unit can be charged by is left out, and the nearest ones are said', () => {
    const { listPrices, skipped } = draftCard(listOf({ audio_hours: 0.111 }), AS_LISTED, NONE)
    expect(listPrices).toEqual([])
    expect(skipped).toMatchObject([
      { reason: expect.stringContaining('for 3600 that can be charged are 0.1109999999999988 and 0.1110000000000024') },
    ])
  })

  test('of what we have no meter for is left out', () => {
    expect(listOf({ input_mtok: 1, input_video_mtok: 2 }).skipped).toMatchObject([{ price: 'input_video_mtok' }])
  })

  test('by the time of day leaves out the whole model', () => {
    const night = {
      constraint: { type: 'time_of_date', start_time: '00:30:00Z', end_time: '16:30:00Z' },
      prices: { input_mtok: 2 },
    }
    const { services, skipped } = listOf([{ prices: { input_mtok: 1 } }, night])
    expect(services).toEqual([])
    expect(skipped).toMatchObject([{ reason: expect.stringContaining('time of day') }])
  })

  test('is that of the day; what the list announces for later is told', () => {
    const from = (start_date: string, input_mtok: number) => ({
      constraint: { type: 'start_date', start_date },
      prices: { input_mtok },
    })
    const { services, upcoming } = listOf([{ prices: { input_mtok: 1 } }, from(DAY, 2), from('2027-01-01', 3)])
    expect(services[0]?.rates[0]?.price).toBe('2')
    expect(upcoming).toEqual([{ service: 'vendor/model', from: '2027-01-01' }])
  })

  test('in tiers looks at all that goes in', () => {
    const { services } = listOf({
      input_mtok: { base: 1.25, tiers: [{ start: 200_000, price: 2.5 }] },
      output_mtok: 10,
    })
    expect(services[0]?.rates[0]).toMatchObject({
      tiers: [{ above: '200000', price: '2.5' }],
      tiersBy: { scope: 'event', meters: expect.arrayContaining(['input_tokens', 'cached_input_tokens']) },
    })
  })
})

describe('a pool that the list does not name', () => {
  test('is charged like the one it is a part of, and says so', () => {
    const rates = pricesOf(
      draftCard(listOf({ input_mtok: 1, output_mtok: 2, cache_write_mtok: 1.25 }), AS_LISTED, NONE),
    )
    const prices = Object.fromEntries(rates.map(({ meter, price }) => [meter, price]))
    expect(prices).toEqual({
      input_tokens: '1',
      output_tokens: '2',
      cache_write_5m_tokens: '1.25',
      cache_write_1h_tokens: '1.25',
      reasoning_tokens: '2',
      cached_input_tokens: '1',
    })
    expect(rates.find(({ meter }) => meter === 'reasoning_tokens')?.basis?.source).toContain('as output_tokens')
  })

  test('is not put in the place of a price that could not be taken', () => {
    const { services } = listOf({ input_mtok: 1, cache_write_mtok: 0.08333333333333334 })
    expect(services[0]?.rates.map(({ meter }) => meter)).toEqual(['input_tokens', 'cached_input_tokens'])
  })

  test('is left out for the long cache of Claude, which would be too cheap, and for audio', () => {
    const list = listOf({ input_mtok: 3, output_mtok: 15, cache_write_mtok: 3.75 })
    const claude = { ...list, services: list.services.map((one) => ({ ...one, service: 'aws/claude-sonnet' })) }
    expect(claude.services[0]?.rates.map(({ meter }) => meter)).not.toContain('input_audio_tokens')
    const named = readGenaiPrices(
      [
        providerOf([
          { id: 'claude-x', match: { equals: 'claude-x' }, prices: { input_mtok: 3, cache_write_mtok: 3.75 } },
        ]),
      ],
      { vendors: ['vendor'], day: DAY },
    )
    expect(named.services[0]?.rates.map(({ meter }) => meter)).not.toContain('cache_write_1h_tokens')
  })
})

test('names that the list gives in full become aliases, patterns never do', () => {
  const match = {
    or: [{ equals: 'model' }, { equals: 'model-2024-08-06' }, { starts_with: 'model-2' }, { regex: '^m' }],
  }
  expect(listOf({ input_mtok: 1 }, match).aliases).toEqual([
    { alias: 'vendor/model-2024-08-06', service: 'vendor/model' },
  ])
})

test('prices of one’s own go before those of the list', () => {
  const own = { ...NONE, rates: [rate('vendor/model', 'input_tokens', '9', '1000000')] }
  const rates = pricesOf(draftCard(listOf({ input_mtok: 1, output_mtok: 2 }), AS_LISTED, own))
  expect(rates.filter(({ meter }) => meter === 'input_tokens')).toEqual(own.rates)
})

test('a draft that changes what is price-neutral says so', () => {
  const after: readonly PriceNeutralVariant[] = [
    { name: 'region' },
    { name: 'tier', value: 'standard', meters: ['runs'] },
  ]
  const [, line] = changeLines([], { before: [], after }, undefined)
  expect(line).toBe('changed: price-neutral variants, none → region; tier=standard for runs')
  expect(changeLines([], undefined, undefined)).toHaveLength(1)
})

describe('what changes between two cards', () => {
  const old = cardOf([rate('a/b', 'pages', '1'), rate('a/c', 'pages', '2')])

  test('is told rate by rate, with percent', () => {
    const next = cardOf([rate('a/b', 'pages', '1.5'), rate('a/d', 'pages', '1')])
    expect(
      priceChanges(old, next).map(({ service, before, after, percent }) => [
        service,
        before?.price.toFixed(),
        after?.price.toFixed(),
        percent?.toFixed(),
      ]),
    ).toEqual([
      ['a/b', '1', '1.5', '50'],
      ['a/d', undefined, '1', undefined],
      ['a/c', '2', undefined, undefined],
    ])
  })

  test('is nothing when only the way of saying it changed', () => {
    expect(priceChanges(old, cardOf([rate('a/b', 'pages', '10', '10'), rate('a/c', 'pages', '2')]))).toEqual([])
  })
})
