import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exact } from '../../../shared/money/exact.ts'
import { type Api, opened, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { setLimits } from './limit-settings.ts'

type Claims = Readonly<Record<string, unknown>>

let api: Api
let account: string
/** Of u-17, and of u-18, who is at the same limits. */
let own: { readonly source: string; readonly id: string }
let other: typeof own

const member = (user = 'u-17') => ({ sub: `${user}@acme`, scope: 'own:read', account, user })

beforeAll(async () => {
  api = await startApi()
  const charge = chargesIn(api.tables)
  account = await opened(api)
  await api.call('grantCredits', { params: { account }, body: { amount: { eur: '1000' }, reason: 'trial' } })
  const card = { effectiveFrom: '1970-01-01T00:00:00Z', note: 'first prices', rates: [RATE] }
  expect((await api.call('publishRateCard', { body: card })).status).toBe(201)
  expect((await setLimits(api, account)).status).toBe(200)
  const calls = (count: string) => ({ quantities: new Map([['calls' as const, exact(count)]]) })
  own = await charge(account, '502', calls('502'))
  other = await charge(account, '100', { ...calls('100'), user: 'u-18' })
})
afterAll(() => api.stop())

const RATE = { service: 'openai/gpt-4o', meter: 'calls', per: '1', price: '0.01', currency: 'EUR' }
const wish = { category: 'text', wish: { tier: 'medium' }, reason: 'quarterly report' }
const find = ({ source, id }: typeof own, claims: Claims, more: object = {}) =>
  api.call('findCharge', { params: { account }, query: String(new URLSearchParams({ source, id, ...more })), claims })

describe('a member', () => {
  test('sees his own tier, limits and what he spent of them', async () => {
    const call = (user: string) => api.call('getUser', { params: { account }, query: `user=${user}`, claims: member() })
    expect(await call('u-17')).toMatchObject({
      status: 200,
      body: { user: 'u-17', categories: { text: { spent: { credits: '502' } } } },
    })
    expect(await call('u-18')).toMatchObject({ status: 403, body: { code: 'access.other-user' } })
    const unnamed = await api.call('getUser', { params: { account }, claims: member() })
    expect(unnamed.body.user).toBe('u-17')
  })

  test('asks for more for himself, and sees his own requests alone', async () => {
    const file = (user: string, claims: Claims) =>
      api.call('fileUpgradeRequest', { params: { account }, body: { ...wish, user }, claims })
    expect(await file('u-18', member())).toMatchObject({ status: 403, body: { code: 'access.other-user' } })
    expect(await file('u-17', member())).toMatchObject({ status: 201, body: { user: 'u-17', state: 'open' } })
    expect((await file('u-18', member('u-18'))).status).toBe(201)
    const list = async (query: string) =>
      (await api.call('listUpgradeRequests', { params: { account }, query, claims: member() })).body
    const [request] = (await list('')).requests
    expect((await list('')).requests).toMatchObject([{ user: 'u-17' }])
    expect((await list('user=u-17')).requests).toHaveLength(1)
    expect(await list('user=u-18')).toMatchObject({ code: 'access.other-user' })
    const decision = { params: { account, request: request.request }, body: { grant: { nothing: true } } }
    expect(await api.call('decideUpgradeRequest', { ...decision, claims: member() })).toMatchObject({ status: 403 })
  })

  test('sees what his own use was charged, and neither other charges nor the balance', async () => {
    const shown = await find(own, member())
    expect(shown).toMatchObject({ status: 200, body: { user: 'u-17', total: { credits: '502' } } })
    expect(shown.body).not.toHaveProperty('balanceAfterPage')
    expect(await find(other, member())).toMatchObject({ status: 404, body: { code: 'charge.not-found' } })
    expect(await find(other, member(), { user: 'u-18' })).toMatchObject({ body: { code: 'access.other-user' } })
    const reader = { sub: 'rita', scope: 'account:read', account }
    expect((await find(other, reader)).body).toHaveProperty('balanceAfterPage')
    expect(await find(other, reader, { user: 'u-17' })).toMatchObject({ status: 404 })
  })
})
