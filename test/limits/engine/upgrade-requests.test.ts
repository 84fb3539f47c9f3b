import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readPages } from '../../../shared/ledger/io/log-table.ts'
import { upgradeEventsOf } from '../../../shared/limits/told/upgrade-events.ts'
import { DAY_MS } from '../../../shared/time/instant.ts'
import { type Api, opened, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { checkOf, setLimits } from './limit-settings.ts'

let api: Api
let charge: ReturnType<typeof chargesIn>
let aheadMs = 0
beforeAll(async () => {
  // Before the handler is loaded: it keeps the clock that it finds.
  const now = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs)
  api = await startApi()
  charge = chargesIn(api.tables)
})
afterAll(() => api.stop())
afterEach(() => {
  aheadMs = 0
})

/** An account in which u-17 has spent all of its 5.00 € for text. */
async function accountAtLimit(): Promise<string> {
  const account = await opened(api)
  await api.call('grantCredits', { params: { account }, body: { amount: { eur: '1000' }, reason: 'trial' } })
  expect((await setLimits(api, account)).status).toBe(200)
  await charge(account, '502')
  return account
}

const wanted = { user: 'u-17', category: 'text', wish: { tier: 'medium' }, reason: 'quarterly report' }
const file = (account: string, changes: object = {}, call: object = {}) =>
  api.call('fileUpgradeRequest', { params: { account }, body: { ...wanted, ...changes }, ...call })
const filed = async (account: string, changes: object = {}): Promise<string> => {
  const reply = await file(account, changes)
  expect(reply.status).toBe(201)
  return reply.body.request
}
const list = async (account: string, query = '') =>
  (await api.call('listUpgradeRequests', { params: { account }, query })).body
const decide = (account: string, request: string, body: object, call: object = {}) =>
  api.call('decideUpgradeRequest', { params: { account, request }, body, ...call })

async function forgetRequests() {
  const TableName = api.tables.names.requests
  const { Items = [] } = await api.tables.documents.send(new ScanCommand({ TableName }))
  for (const { key } of Items) await api.tables.documents.send(new DeleteCommand({ TableName, Key: { key } }))
}

const eventsOf = async (account: string) =>
  upgradeEventsOf(
    await readPages({ documents: api.tables.documents, name: api.tables.names.log }, account, { from: 1, to: 1e9 }),
  )

describe('an upgrade request', () => {
  test('is filed by the platform for its user, and shown to admins with the usage beside it', async () => {
    const account = await accountAtLimit()
    const claims = { sub: 'platform', scope: 'usage:check', account }
    const { status, body } = await file(account, {}, { claims })
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...wanted, state: 'open', window: { key: expect.stringMatching(/^month#/) } })
    expect((await list(account, 'state=open')).requests).toMatchObject([
      { request: body.request, usage: { spent: { credits: '502' }, limit: { eur: '5.00' }, share: '100.4' } },
    ])
  })

  test('can be decided by nobody who may only file it', async () => {
    const account = await accountAtLimit()
    const request = await filed(account)
    const claims = { sub: 'platform', scope: 'usage:check', account }
    expect(await decide(account, request, { grant: { tier: 'medium' } }, { claims })).toMatchObject({
      status: 403,
      body: { code: 'access.scope' },
    })
  })

  test('is named by the check that is refused, as long as nobody has decided it', async () => {
    const account = await accountAtLimit()
    const check = checkOf(api, account)
    expect(await check()).not.toHaveProperty('upgradeRequest')
    const request = await filed(account)
    expect(await check()).toMatchObject({
      reason: 'limit-reached',
      upgradeRequest: request,
      remedy: expect.stringContaining(request),
    })
    expect(await check({ user: 'u-18' })).not.toHaveProperty('upgradeRequest')
    expect(await check({ category: 'image' })).not.toHaveProperty('upgradeRequest')
    const ceiling = { id: 'all', name: 'All', scope: { of: 'account' }, limit: { eur: '1' } }
    await setLimits(api, account, { ceilings: [ceiling] })
    expect(await check()).toMatchObject({ limitSource: { kind: 'ceiling' } })
    expect(await check()).not.toHaveProperty('upgradeRequest')
    await setLimits(api, account)
    expect((await decide(account, request, { grant: { nothing: true } })).status).toBe(200)
    expect(await check()).not.toHaveProperty('upgradeRequest')
  })

  test('is one for each user and category while it is open', async () => {
    const account = await accountAtLimit()
    await filed(account)
    expect(await file(account)).toMatchObject({ status: 409, body: { code: 'upgrade-request.open' } })
    await filed(account, { category: 'image', wish: { amount: { eur: '1' } } })
    await filed(account, { user: 'u-18' })
  })

  test('of two filed at once is one', async () => {
    const account = await accountAtLimit()
    const replies = await Promise.all([file(account), file(account, { reason: 'another' })])
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect((await list(account)).requests).toHaveLength(1)
  })

  test('sent again after its answer got lost is the same, also when it was decided since', async () => {
    const account = await accountAtLimit()
    const first = await file(account, {}, { key: 'mine' })
    await forgetRequests()
    expect(await file(account, {}, { key: 'mine' })).toMatchObject({ status: 201, body: first.body })
    await decide(account, first.body.request, { grant: { nothing: true } })
    await forgetRequests()
    expect(await file(account, {}, { key: 'mine' })).toMatchObject({
      status: 201,
      body: { request: first.body.request, state: 'decided' },
    })
    expect((await list(account)).requests).toHaveLength(1)
  })

  test('may be filed anew once it is decided', async () => {
    const account = await accountAtLimit()
    const request = await filed(account)
    await decide(account, request, { grant: { nothing: true }, word: 'not this month' })
    expect(await filed(account)).not.toBe(request)
    expect((await list(account)).requests).toMatchObject([{ state: 'open' }, { state: 'decided' }])
  })

  test.each([
    ['for a lower tier', { user: 'rich', wish: { tier: 'low' } }, 'upgrade-request.not-higher'],
    ['for the tier the user is in', { wish: { tier: 'low' } }, 'upgrade-request.not-higher'],
    ['for a tier that is archived', { wish: { tier: 'very-low' } }, 'limits.no-such-tier'],
    ['for a tier that is unknown', { wish: { tier: 'gold' } }, 'limits.no-such-tier'],
    ['where there is no limit', { category: 'api', wish: { amount: { eur: '1' } } }, 'upgrade-request.not-higher'],
  ])('%s is refused', async (_, changes, code) => {
    const account = await accountAtLimit()
    await api.call('putUser', { params: { account }, body: { user: 'rich', tier: 'medium' } })
    expect(await file(account, changes)).toMatchObject({ status: 422, body: { code } })
  })

  test('for a tier without a limit is for more', async () => {
    await filed(await accountAtLimit(), { wish: { tier: 'unlimited' } })
  })

  test('is told once it is filed and once it is decided', async () => {
    const account = await accountAtLimit()
    const request = await filed(account)
    await decide(account, request, { grant: { amount: { eur: '2' } }, word: 'just this once' })
    const rejected = await filed(account)
    await decide(account, rejected, { grant: { nothing: true } })
    expect(await eventsOf(account)).toMatchObject([
      { type: 'groschen.upgrade-request.filed', id: `${account}#${request}#filed`, data: { wish: { tier: 'medium' } } },
      {
        type: 'groschen.upgrade-request.approved',
        id: `${account}#${request}#approved`,
        data: { granted: { amount: { eur: '2.00' } }, word: 'just this once', by: 'olga' },
      },
      { type: 'groschen.upgrade-request.filed' },
      { type: 'groschen.upgrade-request.rejected', data: { request: rejected, granted: {} } },
    ])
  })
})

describe('a decision', () => {
  test('that approves a tier counts in the next access check, and stays', async () => {
    const account = await accountAtLimit()
    const check = checkOf(api, account)
    const request = await filed(account)
    expect(await check()).toMatchObject({ allowed: false })
    expect(await decide(account, request, { grant: { tier: 'medium' }, word: 'good luck' })).toMatchObject({
      status: 200,
      body: { state: 'decided', granted: { tier: 'medium' }, decidedBy: 'olga', word: 'good luck' },
    })
    expect(await check()).toMatchObject({ allowed: true, limit: { eur: '15.00' } })
  })

  test('may grant an amount instead, which is added to the limit until the window ends', async () => {
    const account = await accountAtLimit()
    const check = checkOf(api, account)
    await decide(account, await filed(account), { grant: { amount: { eur: '2.5' } } })
    expect(await check()).toMatchObject({ allowed: true, limit: { eur: '7.50' }, remaining: { credits: '248' } })
    aheadMs = 32 * DAY_MS
    expect(await check()).toMatchObject({ allowed: true, limit: { eur: '5.00' }, spent: { credits: '0' } })
  })

  test('may be no, with a word', async () => {
    const account = await accountAtLimit()
    const request = await filed(account)
    await decide(account, request, { grant: { nothing: true }, word: 'ask your manager' })
    expect(await checkOf(api, account)()).toMatchObject({ allowed: false })
    expect((await list(account, 'state=decided')).requests).toMatchObject([
      { request, granted: {}, word: 'ask your manager', decidedBy: 'olga', decidedAt: expect.any(String) },
    ])
  })

  test('is made once: the same again changes nothing, another is refused', async () => {
    const account = await accountAtLimit()
    const request = await filed(account)
    await decide(account, request, { grant: { amount: { eur: '2' } } })
    expect(await decide(account, request, { grant: { amount: { credits: '200' } } })).toMatchObject({ status: 200 })
    expect(await decide(account, request, { grant: { nothing: true } })).toMatchObject({
      status: 409,
      body: { code: 'upgrade-request.decided' },
    })
    expect(await checkOf(api, account)()).toMatchObject({ limit: { eur: '7.00' } })
  })

  test('of two made at once is one', async () => {
    const account = await accountAtLimit()
    const request = await filed(account)
    const replies = await Promise.all([
      decide(account, request, { grant: { tier: 'medium' } }),
      decide(account, request, { grant: { nothing: true } }),
    ])
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })

  test('into a tier that is unknown is refused, and so is one about a request nobody filed', async () => {
    const account = await accountAtLimit()
    const request = await filed(account)
    expect(await decide(account, request, { grant: { tier: 'gold' } })).toMatchObject({ status: 422 })
    expect(await decide(account, 'abc', { grant: { nothing: true } })).toMatchObject({
      status: 404,
      body: { code: 'upgrade-request.not-found' },
    })
  })

  test('comes too late once the window has ended', async () => {
    const account = await accountAtLimit()
    const request = await filed(account)
    aheadMs = 32 * DAY_MS
    expect(await decide(account, request, { grant: { tier: 'medium' } })).toMatchObject({ status: 404 })
    expect((await list(account)).requests).toMatchObject([{ request, state: 'expired' }])
  })
})
