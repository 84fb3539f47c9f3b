import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { type Api, startApi } from '../api.ts'

const LATER = new Date(Date.now() + 20 * MINUTE_MS).toISOString()
const EVEN_LATER = new Date(Date.now() + 40 * MINUTE_MS).toISOString()
const BASIS = { listPrice: '2.50', currency: 'USD', exchangeRate: '1', markupPercent: '20', source: 'a list' }
const GPT = { service: 'openai/gpt-4o', meter: 'input_tokens', per: '1000', price: '0.003', currency: 'EUR' }
const GEMINI = {
  service: 'google/gemini-2.5-pro',
  meter: 'input_tokens',
  per: '1000000',
  price: '3.00',
  currency: 'EUR',
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

const one = (service: string, more: object = {}, account?: string) => {
  const query = new URLSearchParams({ service, ...(account !== undefined && { account }) })
  return api.call('getModel', { query: query.toString(), ...more })
}

describe('a model', () => {
  test('is shown by its whole name, slashes and all, or by an alias', async () => {
    expect((await one('google/gemini-2.5-pro')).body).toMatchObject({ service: 'google/gemini-2.5-pro' })
    expect((await one('google/gemini-2.5-pro')).body).not.toHaveProperty('alias')
    const named = { service: 'openai/gpt-4o', alias: ALIAS.alias, aliases: [ALIAS.alias] }
    expect((await one(ALIAS.alias)).body).toMatchObject(named)
    expect((await list({ service: ALIAS.alias })).models).toMatchObject([named])
    expect(await one('openai/gpt-4')).toMatchObject({
      status: 404,
      body: { code: 'model.not-found', detail: expect.stringMatching(/did you mean "openai\/gpt-4/) },
    })
  })

  test('is not sent again to one who has it, until a version is published', async () => {
    const first = await one('platform/wizard')
    const headers = { 'if-none-match': `W/"other", ${String(first.headers['etag'])}` }
    expect(await one('platform/wizard', { headers })).toMatchObject({ status: 304, body: null })
    expect((await one('openai/gpt-4o', { headers })).status).toBe(200)
    const body = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'more', rates: [GPT, GEMINI, WIZARD], aliases: [ALIAS] }
    expect((await api.call('publishRateCard', { body })).status).toBe(201)
    expect((await one('platform/wizard', { headers })).status).toBe(200)
  })

  test('is sent again when an announced version is withdrawn', async () => {
    const rates = [{ ...GPT, price: '0.001' }, GEMINI, WIZARD]
    const body = { effectiveFrom: EVEN_LATER, note: 'cheaper yet', rates, aliases: [ALIAS] }
    const { body: published } = await api.call('publishRateCard', { body })
    const { headers, body: announced } = await one('openai/gpt-4o')
    expect(announced.upcoming).toHaveLength(2)
    const again = { headers: { 'if-none-match': String(headers['etag']) } }
    expect((await one('openai/gpt-4o', again)).status).toBe(304)
    const params = { version: String(published.version) }
    expect((await api.call('withdrawRateCard', { params, body: { reason: 'put off' } })).status).toBe(200)
    const after = await one('openai/gpt-4o', again)
    expect(after.status).toBe(200)
    expect(after.body.upcoming).toHaveLength(1)
  })

  test("costs what it costs the account that asks, and nobody sees another one's prices", async () => {
    const listed = {
      service: 'google/gemini-2.5-pro',
      meter: 'output_tokens',
      per: '1000000',
      listPrice: '10',
      currency: 'EUR',
      source: 'the list',
      asOf: '2026-01-01',
    }
    const wizards = [
      WIZARD,
      { ...WIZARD, meter: 'calls', price: '1' },
      { ...WIZARD, meter: 'calls', price: '0.07', account: 'acme' },
    ]
    const meter = 'output_tokens'
    const markups = [
      { percent: '0' },
      { meter, account: 'beta', percent: '50' },
      { meter, category: 'api', percent: '10' },
    ]
    const rates = [GPT, GEMINI, ...wizards]
    const card = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'own', rates, listPrices: [listed], markups }
    expect((await api.call('publishRateCard', { body: { ...card, aliases: [ALIAS] } })).status).toBe(201)
    const as = (account: string) => ({ claims: { sub: 'anna', scope: 'account:read', account } })
    const price = async (service: string, meter: string, more: object, account?: string) =>
      (await one(service, more, account)).body.prices.find((found: { meter: string }) => found.meter === meter)
    const calls = async (more: object, account?: string) =>
      (await price('platform/wizard', 'calls', more, account)).price
    expect(await calls({})).toBe('1')
    expect(await calls(as('acme'))).toBe('0.07')
    expect(await calls(as('beta'))).toBe('1')
    expect(await calls({}, 'acme')).toBe('0.07')
    const gemini = (account: string) => price('google/gemini-2.5-pro', 'output_tokens', as(account))
    expect(await gemini('beta')).toMatchObject({ price: '15' })
    expect(await price('google/gemini-2.5-pro', 'output_tokens', {})).toMatchObject({ isOutdated: true })
    expect(await gemini('acme')).toMatchObject({ price: '10', byCategory: { api: { price: '11' } } })
    const other = await one('platform/wizard', as('beta'), 'acme')
    expect(other.body.code).toBe('access.other-account')
  })
})

describe('the table of models', () => {
  test('has a line for each price and tier, and takes no cell for a formula', async () => {
    const evil = { ...WIZARD, service: '=1+1,"x"' }
    const body = { note: 'evil', rates: [GPT, GEMINI, evil], aliases: [ALIAS] }
    const effectiveFrom = new Date(Date.now() + 30 * MINUTE_MS).toISOString()
    expect((await api.call('publishRateCard', { body: { ...body, effectiveFrom } })).status).toBe(201)
    const { headers, body: csv } = await api.call('getModelsCsv')
    expect(headers['content-type']).toBe('text/csv; charset=utf-8')
    const lines = csv.split('\r\n')
    expect(lines[0]).toBe(
      'service,meter,variant,category,above,tier_scope,per,price_eur,rounding,from,rate_card,unlisted_variant,list_price,currency,as_of,outdated',
    )
    expect(lines).toContain('google/gemini-2.5-pro,input_tokens,,,200000,event,1000000,6,,,,,5.00,USD,,')
    expect(lines).toContain('google/gemini-2.5-pro,output_tokens,,,,,1000000,10,,,,,10,EUR,2026-01-01,yes')
    expect(lines).toContain('google/gemini-2.5-pro,output_tokens,,api,,,1000000,11,,,,,10,EUR,2026-01-01,yes')
    expect(csv).toContain(`"'=1+1,""x""",runs`)
  })
})
