import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, instantText } from '../../../shared/time/instant.ts'
import { seedRates } from '../../unit/rates/cards.ts'
import { type Api, opened, startApi } from './api.ts'
import { chargesIn } from './writes.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const body = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'seed page', rates: seedRates }
  expect((await api.call('publishRateCard', { body })).status).toBe(201)
})
afterAll(() => api.stop())

const workday = { people: 1, workdays: 1, preset: 'workday' }
const estimate = (body: unknown) => api.call('estimateWorkload', { body, key: undefined })
const ofAccount = (account: string, body: unknown, more = {}) =>
  api.call('estimateAccount', { params: { account }, body, key: undefined, ...more })

describe('the cost calculator', () => {
  test("gives 7.24 € for the seed page's workday, and says what it assumes", async () => {
    const { status, body } = await estimate({ workload: workday })
    expect(status).toBe(200)
    expect(body.month.expected).toEqual({ eur: '7.24', credits: '724' })
    expect(body.byCategory.text.expected.eur).toBe('5.54')
    expect(body.assumptions).toContain('images with openai/gpt-image-1: 5 a person and day, of 1 images each')
    expect(body.unpriced).toEqual([])
  })

  test('takes chats by length and mix of models, and any other usage', async () => {
    const chats = {
      perPersonAndDay: '10',
      length: 'short',
      models: [
        { service: 'openai/gpt-4o', share: '0.7' },
        { service: 'anthropic/claude-opus-4-7', share: '0.3' },
      ],
    }
    const tools = { category: 'text', service: 'x/y', quantities: { tool_calls: 2 }, perPersonAndDay: '0.5' }
    const { body } = await estimate({ workload: { people: 20, workdays: 21, chats: [chats], usage: [tools] } })
    expect(body.activities.map((one: { events: string }) => one.events)).toEqual(['2940', '1260', '210'])
    // 2940 × 1.6533 + 1260 × 3.379 + 210 × 1 credits
    expect(body.month.expected.credits).toBe('9328.242')
  })

  test('says what has no price, and never takes it for free', async () => {
    const usage = { category: 'text', service: 'nobody/knows', quantities: { pages: 3 }, perPersonAndDay: '1' }
    const { body } = await estimate({ workload: { people: 1, workdays: 1, usage: [usage] } })
    expect(body.unpriced).toEqual([{ service: 'nobody/knows', meter: 'pages' }])
    expect(body.activities[0].each).toBeUndefined()
  })

  test.each([
    [{ workload: { people: 1, workdays: 1 } }, '/workload'],
    [
      {
        workload: {
          ...workday,
          chats: [{ perPersonAndDay: '1', length: 'long', models: [{ service: 'a/b', share: '0.9' }] }],
        },
      },
      '/workload/chats/0/models',
    ],
    [{ workload: { ...workday, people: 0 } }, '/workload/people'],
  ])('refuses what it can not work with, saying where (%#)', async (body, pointer) => {
    expect(await estimate(body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })
})

describe('an estimate of an account', () => {
  test('from its own history, with growth, another model, and how long the balance lasts', async () => {
    const account = await opened(api)
    await api.call('grantCredits', { params: { account }, body: { amount: { eur: '50.00' }, reason: 'welcome' } })
    const charge = chargesIn(api.tables)
    await charge(account, '300', { time: Date.now() - 40 * DAY_MS, boundAt: undefined, id: 'long ago' })
    await charge(account, '300')
    await charge(account, '300', { category: 'api' })
    const { body } = await ofAccount(account, {
      growthPercent: '50',
      replace: [{ service: 'openai/gpt-4o', by: 'anthropic/claude-opus-4-7' }],
    })
    expect(body.history).toMatchObject({ charges: 2, charged: { credits: '600' } })
    expect(body.month).toMatchObject({ expected: { credits: '1500' }, low: { credits: '1050' } })
    expect(body.byCategory.api.expected.credits).toBe('750')
    expect(body.balance.credits).toBe('4100')
    const lasts = (4100 / 1500) * 30 * DAY_MS
    const [end, expected] = [Date.parse(body.lastsUntil.expected), Date.now() + lasts]
    expect(Math.abs(end - expected)).toBeLessThan(60_000)
  })

  test('from a workload is held against its balance', async () => {
    const account = await opened(api)
    const { body } = await ofAccount(account, { workload: workday })
    expect(body).toMatchObject({ month: { expected: { eur: '7.24' } }, balance: { credits: '0' } })
    expect(Date.parse(body.lastsUntil.expected)).toBeLessThanOrEqual(Date.now())
  })

  test('is for itself and operators', async () => {
    const account = await opened(api)
    const claims = { sub: 'anna', scope: 'account:read', account: 'another' }
    expect((await ofAccount(account, {}, { claims })).body.code).toBe('access.other-account')
    expect((await ofAccount('no-such-account', {})).status).toBe(404)
  })

  test('by announced prices is made of those', async () => {
    const account = await opened(api)
    const at = Date.now() + DAY_MS
    const rates = seedRates.map((one) => (one.meter === 'images' ? { ...one, price: '1' } : one))
    const card = { effectiveFrom: instantText(at), note: 'dearer images', rates }
    expect((await api.call('publishRateCard', { body: card })).status).toBe(201)
    const { body } = await ofAccount(account, { workload: workday, at: instantText(at) })
    expect(body).toMatchObject({ rateCard: 2, month: { expected: { eur: '10.74' } } })
  })
})
