import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '../../../../shared/api/operations.ts'
import { exact } from '../../../../shared/money/exact.ts'
import { MINUTE_MS } from '../../../../shared/time/instant.ts'
import { limitsOf } from '../../../limits/engine/limit-settings.ts'
import { type Api, startApi } from '../api.ts'
import { chargesIn } from '../writes.ts'

const MODEL = 'openai/gpt-4o'
const PRIVATE = 'canary/private-model'
const LATER = new Date(Date.now() + 20 * MINUTE_MS).toISOString()

/** What operators alone may see: each stands in the rate cards once, and in no other text. */
const canaries = [
  ...['canary-note', 'canary-source', 'canary-withdrawal', 'canary-operator', PRIVATE, 'canary/alias'],
  ...[
    '1.2347',
    '0.8731',
    '13.75',
    '23.25',
    '2019-07-13',
    '2019-07-14',
    'canary-bank',
    '17.25',
    '7.6543219',
    'globex',
    'XDR',
  ],
]
const keys = [
  ...['basis', 'listPrice', 'listTiers', 'listPrices', 'markupPercent', 'markupFixed', 'markups', 'exchangeRate'],
  ...[
    'exchangeRates',
    'defaultPercent',
    'note',
    'publishedBy',
    'isOutdated',
    'asOf',
    'list_price',
    'as_of',
    'outdated',
  ],
]

const price = (service: string, meter: string, amount: string, more: object = {}) => ({
  service,
  meter,
  per: '1',
  price: amount,
  currency: 'EUR',
  ...more,
})
const card = (changes: object = {}) => ({
  effectiveFrom: '1970-01-01T00:00:00Z',
  note: 'canary-note',
  rates: [
    price('platform/wizard', 'runs', '0.50'),
    price('platform/wizard', 'runs', '7.6543219', { account: 'globex' }),
    price('platform/wizard', 'calls', '0.75', { account: 'acme' }),
    price(PRIVATE, 'runs', '1', { account: 'globex' }),
  ],
  listPrices: [
    {
      service: MODEL,
      meter: 'calls',
      per: '1',
      listPrice: '1.2347',
      currency: 'XDR',
      source: 'canary-source',
      asOf: '2019-07-13',
    },
    {
      service: 'openai/*',
      meter: 'tool_calls',
      per: '1',
      listPrice: '1.2347',
      currency: 'XDR',
      source: 'canary-source',
      asOf: '2019-07-13',
    },
  ],
  exchangeRates: [{ currency: 'XDR', rate: '0.8731', day: '2019-07-14', source: 'canary-bank' }],
  markups: [
    { service: 'openai/*', percent: '13.75' },
    { account: 'acme', percent: '0' },
    { account: 'globex', percent: '17.25' },
  ],
  defaultPercent: '23.25',
  aliases: [
    { alias: 'openai/gpt-4o-2024-08-06', service: MODEL },
    { alias: 'canary/alias', service: PRIVATE },
  ],
  ...changes,
})

/** 1.2347 × 0.8731, and nothing on top: what acme pays. */
const OWN_PRICE = '1.07801657'

let api: Api
let charge: { readonly source: string; readonly id: string }
let withdrawn: number
beforeAll(async () => {
  api = await startApi()
  const claims = { sub: 'canary-operator', scope: 'account:read account:admin usage:check operate' }
  const publish = async (body: object): Promise<number> => {
    const reply = await api.call('publishRateCard', { body, claims })
    expect(reply.body).toHaveProperty('version')
    return reply.body.version
  }
  for (const account of ['acme', 'globex'])
    expect((await api.call('openAccount', { body: { account, name: 'Acme GmbH' } })).status).toBe(201)
  const body = { amount: { eur: '1000' }, reason: 'trial' }
  expect((await api.call('grantCredits', { params: { account: 'acme' }, body })).status).toBe(201)
  await publish(card())
  const next = [...card().rates.slice(1), price('platform/wizard', 'runs', '0.60')]
  await publish(card({ effectiveFrom: LATER, rates: next }))
  withdrawn = await publish(card({ effectiveFrom: new Date(Date.now() + 40 * MINUTE_MS).toISOString() }))
  const withdrawal = { params: { version: String(withdrawn) }, body: { reason: 'canary-withdrawal' }, claims }
  expect((await api.call('withdrawRateCard', withdrawal)).status).toBe(200)
  const quantities = new Map([['calls' as const, exact('2')]])
  charge = await chargesIn(api.tables)('acme', exact(OWN_PRICE).times(200).toFixed(), { service: MODEL, quantities })
})
afterAll(() => api.stop())

const account = 'acme'
const params = { account }
const query = (more: object) => String(new URLSearchParams(more as Record<string, string>))
const topUp = { params: { account, topUp: 'none' } }

type Request = () => Parameters<Api['call']>[1]

/** A request that each route answers, or refuses for what has nothing to do with access. */
const requests: Readonly<Record<string, Request>> = {
  getAccount: () => ({ params }),
  getBalance: () => ({ params }),
  listEntries: () => ({ params }),
  findCharge: () => ({ params, query: query({ source: charge.source, id: charge.id }) }),
  listRateCards: () => ({}),
  getRateCard: () => ({ params: { version: '1' } }),
  listModels: () => ({}),
  getModelsCsv: () => ({}),
  getModel: () => ({ query: query({ service: MODEL }) }),
  listEstimatePresets: () => ({}),
  estimateWorkload: () => ({ body: { preset: 'workday' } }),
  estimateAccount: () => ({
    params,
    body: { days: 1, replace: [{ service: MODEL, by: PRIVATE.replace('canary', 'x') }] },
  }),
  getTopUpOffers: () => ({ params }),
  buyCredits: () => ({ params, body: { amount: { eur: '1' }, pay: 'checkout' } }),
  listTopUps: () => ({ params }),
  getTopUpsCsv: () => ({ params }),
  getTopUp: () => topUp,
  getReceiptHtml: () => topUp,
  getReceiptPdf: () => topUp,
  retryTopUp: () => ({ params, body: {} }),
  getTopUpSettings: () => ({ params }),
  putTopUpSettings: () => ({ params, body: {} }),
  previewTopUpSettings: () => ({ params, body: {} }),
  getPaymentMethod: () => ({ params }),
  setUpPaymentMethod: () => ({ params, body: {} }),
  getBillingDetails: () => ({ params }),
  putBillingDetails: () => ({ params, body: {} }),
  listBillingDetails: () => ({ params }),
  getLimits: () => ({ params }),
  putLimits: () => ({ params, body: {} }),
  listLimitVersions: () => ({ params }),
  getLimitsOverview: () => ({ params }),
  listLimitChanges: () => ({ params }),
  listUsers: () => ({ params }),
  getUser: () => ({ params, query: query({ user: 'u-17' }) }),
  putUser: () => ({ params, body: { user: 'u-17', tier: null } }),
  assignTiers: () => ({ params, body: { assignments: [['u-17', 'low']], preview: true } }),
  fileUpgradeRequest: () => ({
    params,
    body: { user: 'u-17', category: 'text', wish: { amount: { eur: '1' } }, reason: 'more' },
  }),
  listUpgradeRequests: () => ({ params }),
  decideUpgradeRequest: () => ({ params: { account, request: 'none' }, body: { grant: { nothing: true } } }),
  decideAllUpgradeRequests: () => ({ params, body: { all: true, grant: 'as-asked' } }),
}

const admin = { sub: 'anna', scope: 'account:read account:admin', account }
const member = { sub: 'mia', scope: 'own:read', account, user: 'u-17' }

/** What of it must not be there. */
function leaks(answer: unknown): readonly string[] {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  return [
    ...canaries.filter((canary) => text.includes(canary)),
    ...keys.filter((key) => text.includes(`"${key}":`) || text.split('\n')[0]?.split(/[,\r]/).includes(key) === true),
  ]
}

const ofCustomers = operations.filter(
  ({ scope, isOwn }) => scope === 'account:read' || scope === 'account:admin' || isOwn === true,
)

describe('a token of one account', () => {
  test.each(ofCustomers)(
    'sees at $operationId no list price, markup, source, note or price of another account',
    async (route) => {
      const request = requests[route.operationId]!
      const opens = route.scope === 'usage:check' ? [member] : route.isOwn === true ? [admin, member] : [admin]
      for (const claims of opens) {
        const { status, body } = await api.call(route.operationId, { ...request(), claims })
        expect([401, 403, 500]).not.toContain(status)
        expect(leaks(body)).toEqual([])
      }
    },
  )

  test('sees the same of a version announced, and of one withdrawn', async () => {
    for (const version of ['2', String(withdrawn)]) {
      const reply = await api.call('getRateCard', { params: { version }, claims: admin })
      expect(reply.status).toBe(200)
      expect(leaks(reply.body)).toEqual([])
    }
  })

  test('sees its own prices, in force and announced, in every list of them', async () => {
    const models = (await api.call('listModels', { claims: admin })).body.models
    const calls = { meter: 'calls', per: '1', price: OWN_PRICE }
    expect(models).toEqual([
      { service: MODEL, aliases: ['openai/gpt-4o-2024-08-06'], prices: [calls], upcoming: [] },
      {
        service: 'platform/wizard',
        aliases: [],
        prices: [
          { meter: 'runs', per: '1', price: '0.5' },
          { meter: 'calls', per: '1', price: '0.75' },
        ],
        upcoming: [
          {
            from: LATER,
            rateCard: 2,
            prices: [
              { meter: 'calls', per: '1', price: '0.75' },
              { meter: 'runs', per: '1', price: '0.6' },
            ],
          },
        ],
      },
    ])
    const { body } = await api.call('getRateCard', { params: { version: '1' }, claims: admin })
    const euros = { per: '1', currency: 'EUR' }
    expect(body.rates).toEqual(
      expect.arrayContaining([
        { service: 'platform/wizard', meter: 'runs', price: '0.5', ...euros },
        { service: 'platform/wizard', meter: 'calls', price: '0.75', ...euros },
        { service: MODEL, meter: 'calls', price: OWN_PRICE, ...euros },
        { service: 'openai/*', meter: 'tool_calls', price: OWN_PRICE, ...euros },
      ]),
    )
    expect(body.rates).toHaveLength(4)
    expect(body.aliases).toEqual([{ alias: 'openai/gpt-4o-2024-08-06', service: MODEL }])
    const { rateCards } = (await api.call('listRateCards', { claims: admin })).body
    expect(rateCards.map(({ rates }: { rates: number }) => rates)).toEqual([4, 4, 4])
  })

  test('sees how a charge was multiplied, and not how its price came about', async () => {
    const { body } = await api.call('findCharge', { ...requests['findCharge']!(), claims: admin })
    expect(body.rows).toMatchObject([
      { calculation: `2 × ${OWN_PRICE} € = 2.15603314 €`, origin: `the price of ${MODEL}` },
    ])
  })

  test.each([PRIVATE, 'canary/alias', 'nobody/heard-of'])(
    'gets the same answers for %s, whether another account has a price for it or nobody has',
    async (service) => {
      const usages = [{ times: '1', category: 'text', service, quantities: { calls: '1' } }]
      const estimate = await api.call('estimateWorkload', { body: { workload: { people: 1, usages } }, claims: admin })
      expect(estimate.body.unpriced).toMatchObject([
        { detail: expect.stringContaining(`no price for calls of ${service}, which no rate names`) },
      ])
      const ceilings = [{ id: 'c', name: 'C', scope: { of: 'account' }, service, limit: { eur: '1' } }]
      const limits = await api.call('putLimits', { params, body: limitsOf({ ceilings }), claims: admin })
      expect(limits).toMatchObject({ status: 422, body: { code: 'limits.no-such-service' } })
      expect(JSON.stringify(limits.body)).toContain(`no price names ${service}`)
      const asked = { account, user: 'u-17', category: 'text', model: service }
      const { body } = await api.call('checkAccess', { body: asked })
      expect(body).toMatchObject({ allowed: false, reason: 'unpriced-model' })
    },
  )

  test('is never answered with what an operator has seen, by an ETag', async () => {
    const seen = await api.call('listModels', { query: query({ account }) })
    const headers = { 'if-none-match': String(seen.headers['etag']) }
    const own = { query: query({ account }), claims: admin }
    expect((await api.call('listModels', { ...own, headers })).status).toBe(200)
  })
})

describe('an operator', () => {
  test('sees all of it', async () => {
    const shown = JSON.stringify([
      (await api.call('getRateCard', { params: { version: '1' } })).body,
      (await api.call('listRateCards')).body,
      (await api.call('listModels', { query: query({ account }) })).body,
      (await api.call('findCharge', requests['findCharge']!())).body,
    ])
    const unseen = canaries.filter((canary) => !shown.includes(canary))
    expect(unseen).toEqual([])
  })
})
