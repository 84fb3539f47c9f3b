import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../shared/time/instant.ts'
import { type Api, startApi } from './api.ts'

const LATER = new Date(Date.now() + 20 * MINUTE_MS).toISOString()
const BASIS = { listPrice: '2.50', currency: 'USD', exchangeRate: '1', markupPercent: '20', source: 'a list' }
const GPT = { service: 'openai/gpt-4o', meter: 'input_tokens', per: '1000', price: '0.003', currency: 'EUR' }
const GEMINI = {
  ...{ service: 'google/gemini-2.5-pro', meter: 'input_tokens', per: '1000000', price: '3.00', currency: 'EUR' },
  tiers: [{ above: '200000', price: '6.00' }],
  tiersBy: { scope: 'event', meters: ['input_tokens', 'cached_input_tokens'] },
  basis: { ...BASIS, listTiers: ['5.00'] },
}
const WIZARD = { service: 'platform/wizard', meter: 'runs', per: '1', price: '0.10', currency: 'EUR' }
const ALIAS = { alias: 'openai/gpt-4o-2024-08-06', service: 'openai/gpt-4o' }

let api: Api
beforeAll(async () => {
  api = await startApi()
  const card = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'first', rates: [GPT, GEMINI, WIZARD], aliases: [ALIAS] }
  expect(await api.call('publishRateCard', { body: card })).toMatchObject({ status: 201, body: { aliases: [ALIAS] } })
  const next = { ...card, effectiveFrom: LATER, note: 'cheaper', rates: [{ ...GPT, price: '0.002' }, GEMINI, WIZARD] }
  expect((await api.call('publishRateCard', { body: next })).status).toBe(201)
})
afterAll(() => api.stop())

const list = async (query: Record<string, string> = {}) =>
  (await api.call('listModels', { query: new URLSearchParams(query).toString() })).body
const names = async (query: Record<string, string>) =>
  (await list(query)).models.map(({ service }: { service: string }) => service)

describe('the list of models', () => {
  test('shows prices for a million tokens, in force and announced, and other names', async () => {
    const { models } = await list({ vendor: 'openai' })
    expect(models).toEqual([
      {
        service: 'openai/gpt-4o',
        aliases: ['openai/gpt-4o-2024-08-06'],
        prices: [{ meter: 'input_tokens', per: '1000000', price: '3' }],
        upcoming: [{ from: LATER, rateCard: 2, prices: [{ meter: 'input_tokens', per: '1000000', price: '2' }] }],
      },
    ])
  })

  test('shows tiers as they were published, and what a price is based on', async () => {
    const { models } = await list({ service: 'google/gemini-2.5-pro' })
    const { service: _, currency: __, ...published } = GEMINI
    expect(models[0].prices).toEqual([{ ...published, price: '3', tiers: [{ above: '200000', price: '6' }] }])
  })

  test('is searched by name, alias, and part of either', async () => {
    expect(await names({ service: ALIAS.alias })).toEqual(['openai/gpt-4o'])
    expect(await names({ search: '2024-08' })).toEqual(['openai/gpt-4o'])
    expect(await names({ search: 'GEMINI' })).toEqual(['google/gemini-2.5-pro'])
    expect(await names({ vendor: 'open' })).toEqual([])
  })

  test('goes on page by page', async () => {
    const first = await list({ limit: '2' })
    expect(first.models).toHaveLength(2)
    const second = await list({ limit: '2', after: first.next })
    expect(second.models.map(({ service }: { service: string }) => service)).toEqual(['platform/wizard'])
    expect(second.next).toBeUndefined()
  })
})
