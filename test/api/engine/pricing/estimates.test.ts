import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { exact, plain } from '../../../../shared/money/exact.ts'
import { priceUsage } from '../../../../shared/pricing/charge/price-usage.ts'
import { putRateCard } from '../../../../shared/pricing/io/rates-table.ts'
import { DAY_MS } from '../../../../shared/time/instant.ts'
import { charge, inTime, type Usage, usageAt } from '../../../world/accounts.ts'
import { cardOf, rate, seedRates } from '../../../world/cards.ts'
import { writerOn } from '../../../world/log-writer.ts'
import { type Api, opened, operator, startApi } from '../api.ts'

const NOW = Date.now()
const NEXT_YEAR = new Date(NOW + 365 * DAY_MS).toISOString()
const card = cardOf([...seedRates, rate('speech', 'seconds', '0.006', '60')])
const gpt = 'openai/gpt-4o'
const opus = 'anthropic/claude-opus-4-7'

let api: Api
let account: string
beforeAll(async () => {
  api = await startApi()
  const table = new Table(api.tables.documents, api.tables.names.rates)
  await putRateCard(table, card)
  const dearer = seedRates.map((one) => (one.meter === 'images' ? { ...one, price: '0.60' } : one))
  await putRateCard(table, cardOf([...dearer, rate(gpt, 'calls', '1')], 2, NOW + 300 * DAY_MS))
})
afterAll(() => api.stop())
beforeEach(async () => {
  account = await opened(api)
})

const customer = () => ({ sub: 'anna', scope: 'account:read', account })
const workload = (body: object, claims: object = operator) =>
  api.call('estimateWorkload', { body, key: undefined, claims: { ...claims } })
const history = (body: object = {}) => api.call('estimateAccount', { params: { account }, body, key: undefined })
const amount = (credits: string) => expect.objectContaining({ credits })
const grant = (credits: string) =>
  api.call('grantCredits', { params: { account }, body: { amount: { credits }, reason: 'paid' } })

const image = { people: 1, workdays: '1', images: [{ times: '1', service: 'openai/gpt-image-1' }] }

/** Charged by the card in force, so many days ago. */
async function used(daysAgo: number, changes: Partial<Usage> = {}): Promise<void> {
  const quantities = new Map([
    ['input_tokens', exact('523')],
    ['output_tokens', exact('1247')],
    ['tool_calls', exact('2')],
  ] as const)
  const usage = usageAt(account, NOW - daysAgo * DAY_MS, { quantities, ...changes })
  const priced = priceUsage(usage, [card])
  if (priced.kind !== 'priced') throw new Error(priced.kind)
  await writerOn(api.tables).commit(account, [charge(usage, plain(priced.total))], inTime)
}

describe('the estimate of a workload', () => {
  test("of the seed page's workday is 7.24 €, by its name and as it is listed", async () => {
    const { body } = await api.call('listEstimatePresets')
    const preset = body.presets.find(({ name }: { name: string }) => name === 'workday')
    const named = await workload({ preset: 'workday' })
    expect(named).toMatchObject({
      status: 200,
      body: {
        total: { low: amount('506.8'), expected: { eur: '7.24', credits: '724' }, high: amount('1086') },
        isComplete: true,
        unpriced: [],
        assumptions: { rateCard: 1, factors: { low: '0.7', expected: '1', high: '1.5' }, periodDays: '30.42' },
      },
    })
    expect(named.body).not.toHaveProperty('balance')
    const listed = await workload({ workload: preset.workload })
    expect(listed.body.lines).toEqual(named.body.lines)
    const again = await workload({ workload: named.body.assumptions.workload })
    expect(again.body.lines).toEqual(named.body.lines)
  })

  test('reads fractions of seconds by their digits, as usage events are read', async () => {
    const usages = [
      { times: '1', category: 'other', service: 'speech', quantities: { seconds: 8.470000267028809, pages: null } },
    ]
    const { status, body } = await workload({ workload: { people: 1, workdays: '1', usages } })
    expect(status).toBe(200)
    expect(body.lines).toMatchObject([{ quantities: { seconds: '8.47' }, cost: { expected: amount('0.0847') } }])
  })

  test.each([
    { people: 25 },
    { people: 25, chats: [], images: [] },
    { people: 25, images: [{ ...image.images[0], times: '0.0' }] },
  ])('is refused where the workload has no use: %j', async (without) => {
    expect(await workload({ workload: without })).toMatchObject({
      status: 400,
      body: { code: 'request.body', errors: [{ pointer: '/workload', detail: expect.stringContaining('no use') }] },
    })
  })

  test('says what was not told: the tokens of a length, and working days', async () => {
    const models = [{ service: gpt, share: '1' }]
    const { body } = await workload({ workload: { people: 1, chats: [{ times: '1', length: 'short', models }] } })
    expect(body.assumptions.workload).toMatchObject({
      workdays: '21',
      chats: [{ per: 'day', toolCalls: 0, length: { inputTokens: 523, outputTokens: 1247 } }],
    })
    expect(body.lines).toMatchObject([{ quantities: { input_tokens: '523' }, times: { low: '14.7', expected: '21' } }])
  })

  test('takes prices as they will be, as far as they are announced', async () => {
    const { body } = await workload({ workload: image, at: NEXT_YEAR })
    expect(body).toMatchObject({ total: { expected: amount('60') }, assumptions: { rateCard: 2, at: NEXT_YEAR } })
  })

  test('says what has no price, and that the sum is without it', async () => {
    const usages = [{ times: '2', category: 'api', service: 'x/y', quantities: { seconds: '1.5' } }]
    const { body } = await workload({ workload: { ...image, usages } })
    expect(body).toMatchObject({
      isComplete: false,
      total: { expected: amount('30') },
      unpriced: [{ service: 'x/y', meter: 'seconds', times: '2' }],
    })
  })

  test('names the model that was meant by one without a price', async () => {
    const { body } = await workload({ workload: { ...image, images: [{ times: '1', service: 'openai/gpt-image1' }] } })
    expect(body.unpriced).toMatchObject([
      { service: 'openai/gpt-image1', detail: expect.stringContaining('did you mean "openai/gpt-image-1"?') },
    ])
  })

  test('says which variant is not listed, and takes no other price for it', async () => {
    const usages = [
      { times: '1', per: 'month', category: 'image', service: 'openai/gpt-image-1', variant: { quality: 'high' } },
    ].map((usage) => ({ ...usage, quantities: { images: 1, input_audio_tokens: 0 } }))
    const { body } = await workload({ workload: { people: 1, usages } })
    expect(body).toMatchObject({
      isComplete: false,
      total: { expected: amount('0') },
      unpriced: [
        {
          service: 'openai/gpt-image-1',
          meter: 'images',
          reason: 'rate.variant',
          times: '1',
          detail: 'no price for images of openai/gpt-image-1 with quality=high: the card lists no variant of it',
        },
      ],
    })
  })

  test('of a token of one account has its balance: until when it lasts, and what is left at the end of the month', async () => {
    await grant('1000')
    const before = Date.now()
    const { body } = await workload(
      { workload: { ...image, images: [{ ...image.images[0], times: '10' }] } },
      customer(),
    )
    expect(body).toMatchObject({ account, balance: { now: amount('1000') } })
    const { cases, monthEnd } = body.balance
    // 300 credits a month of 365/12 days.
    const lasts = Date.parse(cases.expected.lastsUntil) - before
    expect(lasts / (DAY_MS * 365)).toBeCloseTo(1000 / 300 / 12, 5)
    expect(Date.parse(cases.high.lastsUntil)).toBeLessThan(Date.parse(cases.expected.lastsUntil))
    expect(Date.parse(cases.low.lastsUntil)).toBeGreaterThan(Date.parse(cases.expected.lastsUntil))
    const month = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Berlin' })
    expect(month.format(Date.parse(monthEnd))).toMatch(/-01$/)
    const left = 1000 - (300 * (Date.parse(monthEnd) - before)) / ((365 / 12) * DAY_MS)
    expect(Math.abs(Number(cases.expected.leftAtMonthEnd.credits) - left)).toBeLessThanOrEqual(0.51)
  })

  test('shows no other account to a token of one, and to an operator the one asked for', async () => {
    const other = await opened(api)
    expect(await workload({ workload: image, account: other }, customer())).toMatchObject({
      status: 403,
      body: { code: 'access.other-account' },
    })
    expect(await workload({ workload: image, account: other })).toMatchObject({ status: 200, body: { account: other } })
    const missing = await workload({ workload: image }, { ...customer(), account: 'no-such-account' })
    expect(missing).toMatchObject({ status: 404, body: { code: 'account.not-found' } })
    for (const odd of ['', 'a b']) {
      const reply = await workload({ workload: image }, { ...customer(), account: odd })
      expect(reply).toMatchObject({ status: 403, body: { code: 'access.no-account' } })
    }
  })

  test.each([
    [{}, 'expected either `workload` or `preset`'],
    [{ workload: image, preset: 'team' }, 'expected either `workload` or `preset`'],
    [{ preset: 'nothing' }, '/preset'],
    [{ workload: { people: 0 } }, '/workload/people'],
    [{ workload: image, factors: { low: '2', expected: '1', high: '3' } }, '/factors: expected low not above expected'],
    [{ workload: image, at: 'tomorrow' }, '/at: expected an RFC 3339 time'],
  ])('is refused for %j: %s', async (body, detail) => {
    const reply = await workload(body)
    expect(reply).toMatchObject({ status: 400, body: { code: 'request.body' } })
    expect(reply.body.detail).toContain(detail)
  })
})

describe('the estimate from a history', () => {
  test('is what the days before cost, and says which they were', async () => {
    for (const days of [1, 2, 40]) await used(days)
    await used(3, { category: 'image', service: 'openai/gpt-image-1', quantities: new Map([['images', exact('5')]]) })
    const { body } = await history()
    expect(body).toMatchObject({
      account,
      total: { expected: { eur: '1.553066', credits: '155.3066' } },
      categories: [
        { category: 'text', cost: { expected: amount('5.3066') } },
        { category: 'image', cost: { low: amount('105'), expected: amount('150'), high: amount('225') } },
      ],
      assumptions: {
        periodDays: '30.00',
        history: { charges: 3, growthPercent: '0', charged: amount('155.3066'), replaced: [] },
      },
      balance: { now: amount('-157.9599') },
    })
    expect(body.assumptions.history.first).toBe(new Date(NOW - 3 * DAY_MS).toISOString())
    expect((await history({ days: 90 })).body.assumptions.history.charges).toBe(4)
  })

  test('grows by percent, in all cases', async () => {
    await used(1, { service: 'openai/gpt-image-1', quantities: new Map([['images', exact('1')]]) })
    const { body } = await history({ growthPercent: '12.5', factors: { low: '0.5', expected: '1', high: '2' } })
    expect(body.total).toMatchObject({ low: amount('16.875'), expected: amount('33.75'), high: amount('67.5') })
    expect(body.assumptions.factors).toEqual({ low: '0.5625', expected: '1.125', high: '2.25' })
    expect((await history({ growthPercent: '-100' })).body.total.high).toEqual({ eur: '0.00', credits: '0' })
  })

  test('takes another model with the quantities that this one had, and says what that one has no price for', async () => {
    await used(1)
    expect((await history({ replace: [{ service: gpt, by: opus }] })).body).toMatchObject({
      total: { expected: amount('4.379') },
      lines: [{ service: opus }],
      assumptions: { history: { charged: amount('2.6533'), replaced: [{ service: gpt, by: opus, charges: 1 }] } },
    })
    expect((await history({ replace: [{ service: gpt, by: 'x/y' }] })).body).toMatchObject({
      isComplete: false,
      total: { expected: amount('0') },
      unpriced: [
        { service: 'x/y', meter: 'input_tokens', times: '1' },
        { service: 'x/y', meter: 'output_tokens', times: '1' },
      ],
    })
  })

  test('is of nothing for an account without charges, and its balance lasts', async () => {
    await grant('5')
    const { body } = await history()
    expect(body).toMatchObject({ total: { high: amount('0') }, lines: [], assumptions: { history: { charges: 0 } } })
    expect(body.balance.cases.high).toEqual({ leftAtMonthEnd: { eur: '0.05', credits: '5' } })
  })

  test.each([
    [{ days: 0 }, '/days'],
    [{ days: 91 }, '/days'],
    [{ growthPercent: '-101' }, '/growthPercent'],
    [{ growthPercent: '-100.5' }, '/growthPercent'],
    [{ growthPercent: 10 }, '/growthPercent'],
    [{ replace: [gpt, gpt].map((service) => ({ service, by: opus })) }, '/replace: a service is replaced twice'],
  ])('is refused for %j at %s', async (body, place) => {
    const reply = await history(body)
    expect(reply).toMatchObject({ status: 400, body: { code: 'request.body' } })
    expect(reply.body.detail).toContain(place)
  })

  test('is of an account that is there', async () => {
    const reply = await api.call('estimateAccount', { params: { account: 'no-such-one' }, body: {}, key: undefined })
    expect(reply).toMatchObject({ status: 404, body: { code: 'account.not-found' } })
  })

  test('that can not be read in time is refused, and advised to take fewer days', async () => {
    await used(1)
    const reply = await api.call('estimateAccount', {
      params: { account },
      body: {},
      key: undefined,
      remainingMs: 5000,
    })
    expect(reply).toMatchObject({ status: 422, body: { code: 'estimate.too-large' } })
    expect(reply.body.detail).toContain('send fewer `days`')
  })
})
