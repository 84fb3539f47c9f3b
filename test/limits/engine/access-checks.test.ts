import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../shared/aws/table.ts'
import { putRateCard } from '../../../shared/pricing/io/rates-table.ts'
import { DAY_MS } from '../../../shared/time/instant.ts'
import { type Api, freshAccount, opened, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { cardOf, seedRates } from '../../world/cards.ts'
import { checkOf, limitsOf, setLimits } from './limit-settings.ts'

let api: Api
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  api = await startApi()
  charge = chargesIn(api.tables)
  const rates = new Table(api.tables.documents, api.tables.names.rates)
  await putRateCard(rates, cardOf(seedRates))
})
afterAll(() => api.stop())

/** An account with 1,000.00 € and these limits. */
async function accountWith(changes: object = {}): Promise<string> {
  const account = await opened(api)
  await api.call('grantCredits', { params: { account }, body: { amount: { eur: '1000' }, reason: 'trial' } })
  expect((await setLimits(api, account, changes)).status).toBe(200)
  return account
}

const euros = (eur: string, credits: string) => ({ eur, credits })

describe('an access check', () => {
  test('says yes with what is left of the tightest limit, and when it begins anew', async () => {
    const account = await accountWith()
    await charge(account, '123.5')
    expect(await checkOf(api, account)()).toMatchObject({
      allowed: true,
      reason: 'ok',
      limitSource: { kind: 'tier', tier: 'low', of: 'user' },
      limit: euros('5.00', '500'),
      spent: euros('1.235', '123.5'),
      remaining: euros('3.765', '376.5'),
      seq: 4,
      resetsAt: expect.stringMatching(/T2[23]:00:00/),
    })
  })

  test('says no at the limit, exactly, with what can be done', async () => {
    const account = await accountWith()
    const check = checkOf(api, account)
    await charge(account, '499.999999')
    expect(await check()).toMatchObject({ allowed: true, remaining: { credits: '0.000001' } })
    await charge(account, '0.000001')
    expect(await check()).toMatchObject({
      allowed: false,
      reason: 'limit-reached',
      remaining: { credits: '0' },
      retryAfter: expect.any(Number),
      remedy: expect.stringContaining('upgrade-requests'),
    })
    expect(await check({ category: 'image' })).toMatchObject({ allowed: true })
    expect(await check({ user: 'u-2' })).toMatchObject({ allowed: true })
  })

  test('of several limits that are reached says when the last of them has room, and whether waiting helps at all', async () => {
    const account = await accountWith()
    await charge(account, '600')
    const today = { id: 'today', name: 'Today', scope: { of: 'user' }, window: { kind: 'day' }, limit: { eur: '0.05' } }
    await setLimits(api, account, { ceilings: [today] })
    const both = await checkOf(api, account)()
    expect(both).toMatchObject({ reason: 'limit-reached', limitSource: { ceiling: 'today' } })
    await setLimits(api, account)
    const month = await checkOf(api, account)()
    expect(month).toMatchObject({ reason: 'limit-reached', limitSource: { kind: 'tier' } })
    expect(both.retryAfter - month.retryAfter).toBeLessThan(30)
    expect(month.retryAfter - both.retryAfter).toBeLessThan(30)
    const nothing = { ...today, category: 'text', limit: { eur: '0' } }
    await setLimits(api, account, { ceilings: [nothing] })
    expect(await checkOf(api, account)()).not.toHaveProperty('retryAfter')
  })

  test('names the user whom an admin has to put into a tier', async () => {
    const account = await accountWith()
    await setLimits(api, account, { defaultTier: undefined })
    expect(await checkOf(api, account)({ user: 'u/17' })).toMatchObject({
      reason: 'unknown-user',
      remedy: expect.stringContaining(`PUT /v1/accounts/${account}/user for "u/17",`),
    })
  })

  test('usage is charged beyond it all the same', async () => {
    const account = await accountWith()
    await charge(account, '700')
    expect(await checkOf(api, account)()).toMatchObject({ allowed: false, spent: { credits: '700' } })
  })

  test('counts a charge in the window of its own time, not of today', async () => {
    const account = await accountWith()
    await charge(account, '600', { time: Date.now() - 40 * DAY_MS })
    expect(await checkOf(api, account)()).toMatchObject({ allowed: true, spent: { credits: '0' } })
  })

  test('a warm process sees what was charged and set a moment ago', async () => {
    const account = await accountWith()
    const check = checkOf(api, account)
    for (let spent = 0; spent < 500; spent += 100) {
      expect(await check()).toMatchObject({ allowed: true, spent: { credits: String(spent) } })
      await charge(account, '100')
    }
    expect(await check()).toMatchObject({ allowed: false })
    await setLimits(api, account, { defaultTier: 'medium' })
    expect(await check()).toMatchObject({ allowed: true, limit: { eur: '15.00' } })
    await setLimits(api, account)
    expect(await check()).toMatchObject({ allowed: false, limit: { eur: '5.00' } })
  })

  test('of several categories answers each for itself', async () => {
    const account = await accountWith()
    await charge(account, '500')
    const answer = await checkOf(api, account)({ category: undefined, categories: ['text', 'image', 'api'] })
    expect(answer.checks.map((one: { allowed: boolean }) => one.allowed)).toEqual([false, true, true])
  })

  test('with an estimate tells what is too large from what has no room at all', async () => {
    const account = await accountWith()
    await charge(account, '400')
    const check = checkOf(api, account)
    expect(await check({ estimate: { eur: '1' } })).toMatchObject({ allowed: true })
    expect(await check({ estimate: { eur: '1.01' } })).toMatchObject({
      allowed: false,
      reason: 'estimate-too-large',
      remaining: { eur: '1.00' },
    })
  })

  test('an answer may be as old as the caller allows', async () => {
    const account = await accountWith()
    const check = checkOf(api, account)
    await check()
    await charge(account, '500')
    expect(await check({ maxAgeMs: 60_000 })).toMatchObject({ allowed: true, ageMs: expect.any(Number) })
    expect(await check()).toMatchObject({ allowed: false })
  })
})

describe('ceilings', () => {
  const ceiling = (changes: object) => ({
    id: 'c',
    name: 'C',
    scope: { of: 'account' },
    limit: { eur: '3' },
    ...changes,
  })

  test.each([
    [
      'of a group, over all its users',
      { scope: { of: 'group', group: 'sales' } },
      { group: 'sales', user: 'u-2' },
      { group: 'it' },
    ],
    ['of each group', { scope: { of: 'group' } }, { group: 'sales', user: 'u-2' }, { group: 'it' }],
    ['of the account, over all users', {}, { user: 'u-2' }, undefined],
    ['of each user', { scope: { of: 'user' } }, { category: 'api' }, { user: 'u-2' }],
    ['of a category', { category: 'text' }, {}, { category: 'image' }],
    ['of a vendor', { service: 'openai/*' }, { model: 'openai/gpt-4o' }, { model: 'anthropic/claude-opus-4-7' }],
    ['of a model', { service: 'openai/gpt-4o' }, { model: 'openai/gpt-4o' }, { model: 'openai/gpt-image-1' }],
    ['of a day', { window: { kind: 'day' } }, {}, undefined],
    ['of a week', { window: { kind: 'week' } }, {}, undefined],
    ['of a billing cycle', { window: { kind: 'cycle', day: 31 } }, {}, undefined],
  ])('%s count what is spent there, and nothing else', async (_, changes, within, beside) => {
    const unknown = { user: 'refuse', category: 'refuse', model: 'allow' }
    const account = await accountWith({ defaultTier: 'unlimited', ceilings: [ceiling(changes)], unknown })
    const check = checkOf(api, account)
    await charge(account, '200', { group: 'sales' })
    expect(await check(within)).toMatchObject({
      allowed: true,
      limitSource: { kind: 'ceiling', ceiling: 'c' },
      spent: { credits: '200' },
    })
    await charge(account, '100', { group: 'sales' })
    expect(await check(within)).toMatchObject({ allowed: false, reason: 'limit-reached' })
    if (beside !== undefined) expect(await check(beside)).toMatchObject({ allowed: true })
  })

  test('set after the fact count what was spent before', async () => {
    const account = await accountWith({ defaultTier: 'unlimited' })
    await charge(account, '350', { group: 'sales' })
    await checkOf(api, account)()
    await setLimits(api, account, { defaultTier: 'unlimited', ceilings: [ceiling({ scope: { of: 'group' } })] })
    expect(await checkOf(api, account)({ group: 'sales' })).toMatchObject({ allowed: false, spent: { credits: '350' } })
  })
})

describe('what nobody can judge', () => {
  test('an unknown account, category, model and user are refused, each by its name', async () => {
    const account = await accountWith({ defaultTier: undefined })
    const check = checkOf(api, account)
    expect(await check({ account: freshAccount() })).toMatchObject({
      allowed: false,
      reason: 'unknown-account',
      seq: 0,
    })
    expect(await check()).toMatchObject({ allowed: false, reason: 'unknown-user' })
    const known = checkOf(api, await accountWith())
    expect(await known({ category: 'video' })).toMatchObject({ allowed: false, reason: 'unknown-category' })
    expect(await known({ model: 'acme/unheard-of' })).toMatchObject({ allowed: false, reason: 'unpriced-model' })
    for (const model of ['gpt-4o', 'openai/gpt4o', 'OpenAI/GPT-4o'])
      expect(await known({ model })).toMatchObject({
        remedy: expect.stringContaining('did you mean "openai/gpt-4o"?'),
      })
  })

  test('is let pass where the account says so, and the answer says so too', async () => {
    const unknown = { user: 'allow', category: 'allow', model: 'allow' }
    const check = checkOf(api, await accountWith({ defaultTier: undefined, unknown }))
    expect(await check({ category: 'video', model: 'acme/unheard-of' })).toMatchObject({
      allowed: true,
      letPass: ['unknown-user', 'unknown-category', 'unpriced-model'],
    })
  })

  test('nobody may spend in an account that an admin stopped, who says why', async () => {
    const check = checkOf(api, await accountWith({ stopped: 'unpaid invoice' }))
    expect(await check()).toMatchObject({
      allowed: false,
      reason: 'account-stopped',
      remedy: expect.stringContaining('unpaid invoice'),
    })
  })

  test('nor in one without credits', async () => {
    const account = await accountWith({ defaultTier: 'unlimited' })
    await charge(account, '100001')
    expect(await checkOf(api, account)()).toMatchObject({ allowed: false, reason: 'no-balance' })
  })
})

describe('limits', () => {
  const get = (account: string, query = '') => api.call('getLimits', { params: { account }, query })

  test('of a new account are the standard tiers, and nobody is limited', async () => {
    const account = await opened(api)
    const { body } = await get(account)
    expect(body.tiers.map(({ name }: { name: string }) => name)).toEqual([
      'Very low',
      'Low',
      'Medium',
      'High',
      'Very high',
      'Unlimited',
    ])
    expect(body).toMatchObject({ version: 0, defaultTier: 'unlimited', levels: [50, 80, 100] })
  })

  test('keep every version, and show those of a past day', async () => {
    const account = await accountWith()
    await setLimits(api, account, { levels: [90, 100] })
    const { body } = await api.call('listLimitVersions', { params: { account }, query: 'limit=1' })
    expect(body.versions).toMatchObject([{ actor: 'olga', limits: { levels: [90, 100] } }])
    const { body: next } = await api.call('listLimitVersions', { params: { account }, query: `after=${body.next}` })
    expect(next.versions).toMatchObject([{ limits: { levels: [50, 80, 100] } }])
    expect(await get(account, 'day=2999-01-01')).toMatchObject({ status: 200, body: { levels: [90, 100] } })
    expect(await get(account, 'day=2020-01-01')).toMatchObject({
      status: 200,
      body: { version: 0, defaultTier: 'unlimited' },
    })
  })

  test('are taken as they are shown', async () => {
    const account = await accountWith()
    const { body } = await get(account)
    expect(await api.call('putLimits', { params: { account }, body })).toMatchObject({ status: 200 })
  })

  test('that somebody changed meanwhile are not overwritten', async () => {
    const account = await accountWith()
    expect(await api.call('putLimits', { params: { account }, body: limitsOf() })).toMatchObject({
      status: 409,
      body: { code: 'settings.changed' },
    })
  })

  test('lose no tier: who is in it would have none', async () => {
    const account = await accountWith()
    expect(await setLimits(api, account, { tiers: limitsOf().tiers.slice(1) })).toMatchObject({
      status: 422,
      body: { code: 'limits.tier-removed', detail: expect.stringContaining('very-low') },
    })
  })

  test.each([
    ['openai/gpt4o', 'openai/gpt-4o'],
    ['opneai/*', 'openai/*'],
  ])('count no service without a price: %s is refused, and %s named', async (service, meant) => {
    const account = await accountWith()
    const { version } = (await api.call('getLimits', { params: { account } })).body
    const ceilings = [{ id: 'c', name: 'C', scope: { of: 'user' }, service, limit: { eur: '1' } }]
    const body = { ...limitsOf(), version, ceilings }
    expect(await api.call('putLimits', { params: { account }, body })).toMatchObject({
      status: 422,
      body: {
        code: 'limits.no-such-service',
        errors: [{ pointer: '/ceilings/0/service', detail: expect.stringContaining(`did you mean "${meant}"?`) }],
      },
    })
  })

  test.each([
    ['a default tier that is none', { defaultTier: 'gold' }],
    ['a negative limit', { tiers: [{ id: 'low', name: 'Low', limits: { text: { eur: '-1' } } }] }],
    ['levels without the whole', { levels: [50, 90] }],
    ['an archived default tier', { defaultTier: 'very-low' }],
    [
      'a service that can match nothing',
      { ceilings: [{ id: 'c', name: 'C', scope: { of: 'user' }, service: 'openai*', limit: { eur: '1' } }] },
    ],
    ['a limit without its unit', { tiers: [{ id: 'low', name: 'Low', limits: { text: '5' } }] }],
    [
      'two units that do not agree',
      { tiers: [{ id: 'low', name: 'Low', limits: { text: { eur: '5', credits: '5' } } }] },
    ],
    ['an unknown category', { tiers: [{ id: 'low', name: 'Low', limits: { video: { eur: '1' } } }] }],
  ])('are refused with %s', async (_, changes) => {
    const account = await opened(api)
    expect(await setLimits(api, account, changes)).toMatchObject({ status: 400, body: { code: 'request.body' } })
  })

  test('are refused where two tiers have one id, by the place of the second', async () => {
    const tiers = [...limitsOf().tiers, { id: 'low', name: 'Again', limits: {} }]
    const { status, body } = await setLimits(api, await opened(api), { tiers })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ pointer: '/tiers/6/id', detail: 'another one of tiers has this id' }])
    const both = await setLimits(api, await opened(api), { tiers, defaultTier: 'gold' })
    expect(both.body.errors).toMatchObject([{ pointer: '/tiers/6/id' }, { pointer: '/defaultTier' }])
  })
})
