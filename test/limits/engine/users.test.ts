import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../shared/aws/table.ts'
import { readContact } from '../../../shared/notices/io/user-contacts-table.ts'
import { type Api, opened, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { checkOf, setLimits } from './limit-settings.ts'

let api: Api
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  api = await startApi()
  charge = chargesIn(api.tables)
})
afterAll(() => api.stop())

async function accountWith(changes: object = {}): Promise<string> {
  const account = await opened(api)
  await api.call('grantCredits', { params: { account }, body: { amount: { eur: '1000' }, reason: 'trial' } })
  expect((await setLimits(api, account, changes)).status).toBe(200)
  return account
}

const put = (account: string, user: string, body: object) =>
  api.call('putUser', { params: { account }, body: { user, ...body } })
const get = async (account: string, user: string) =>
  (await api.call('getUser', { params: { account }, query: `user=${encodeURIComponent(user)}` })).body
const list = async (account: string, query = '') => (await api.call('listUsers', { params: { account }, query })).body
const names = (body: { readonly users: readonly { readonly user: string }[] }) => body.users.map(({ user }) => user)
const accounts = () => new Table(api.tables.documents, api.tables.names.accounts)

describe('a user', () => {
  test('whom nobody assigned is in the tier of new users', async () => {
    const account = await accountWith()
    expect(await get(account, 'u-17')).toMatchObject({
      user: 'u-17',
      tier: 'low',
      assigned: false,
      spent: { credits: '0' },
      language: 'de',
      categories: { text: { spent: { credits: '0' }, limit: { eur: '5.00' }, share: '0' } },
    })
  })

  test('shows what was spent this month by category, with limit and share', async () => {
    const account = await accountWith()
    await charge(account, '400.5')
    await charge(account, '100', { category: 'api' })
    const { spent, categories } = await get(account, 'u-17')
    expect(spent).toEqual({ eur: '5.005', credits: '500.5' })
    expect(categories.text).toMatchObject({ spent: { credits: '400.5' }, share: '80.1' })
    expect(categories.api).toEqual({ spent: { eur: '1.00', credits: '100' } })
  })

  test('shows what it has spent of every ceiling of each user, also over the end of a month', async () => {
    const ceiling = (id: string, more: object) => ({
      id,
      name: id,
      scope: { of: 'user' },
      limit: { eur: '4' },
      ...more,
    })
    const account = await accountWith({
      ceilings: [
        ceiling('day', { window: { kind: 'day' }, category: 'text' }),
        ceiling('cycle', { window: { kind: 'cycle', day: 28 } }),
        ceiling('all', { scope: { of: 'account' } }),
      ],
    })
    await charge(account, '100')
    await charge(account, '20', { category: 'image' })
    await charge(account, '7', { user: 'u-18' })
    const { ceilings } = await get(account, 'u-17')
    expect(ceilings).toMatchObject([
      { ceiling: { id: 'day' }, spent: { credits: '100' }, share: '25' },
      {
        ceiling: { id: 'cycle' },
        spent: { credits: '120' },
        share: '30',
        window: { key: expect.stringMatching(/^cycle28#/) },
      },
    ])
  })

  test('changes tier at once, also downwards, and back to that of new users', async () => {
    const account = await accountWith()
    const check = checkOf(api, account)
    await charge(account, '600')
    expect(await check()).toMatchObject({ allowed: false })
    expect((await put(account, 'u-17', { tier: 'medium' })).body).toMatchObject({ tier: 'medium', assigned: true })
    expect(await check()).toMatchObject({ allowed: true, limit: { eur: '15.00' } })
    await put(account, 'u-17', { tier: null })
    expect(await check()).toMatchObject({ allowed: false, limit: { eur: '5.00' } })
    expect(await get(account, 'u-17')).toMatchObject({ tier: 'low', assigned: false })
  })

  test('comes into no tier that is unknown or archived', async () => {
    const account = await accountWith()
    for (const tier of ['gold', 'very-low'])
      expect(await put(account, 'u-17', { tier })).toMatchObject({
        status: 422,
        body: { code: 'limits.no-such-tier', detail: expect.stringContaining(tier) },
      })
  })

  test.each([
    ['Very High', '"very-high"'],
    ['medim', '"medium"'],
  ])('is told which tier is meant by %s, and which there are', async (tier, meant) => {
    const account = await accountWith()
    const said = {
      code: 'limits.no-such-tier',
      detail: expect.stringMatching(`did you mean ${meant}.*tiers: .*low, medium`),
    }
    expect(await put(account, 'u-17', { tier })).toMatchObject({ status: 422, body: said })
    const listed = await api.call('listUsers', { params: { account }, query: `tier=${encodeURIComponent(tier)}` })
    expect(listed).toMatchObject({ status: 422, body: said })
  })

  test('who is in a tier that was archived since stays there', async () => {
    const account = await accountWith()
    await put(account, 'u-17', { tier: 'high' })
    const { body } = await api.call('getLimits', { params: { account } })
    const tiers = body.tiers.map((tier: { id: string }) => (tier.id === 'high' ? { ...tier, archived: true } : tier))
    const { version, ...rest } = body
    const given = tiers.map(({ limits, ...tier }: { limits: object }) => ({
      ...tier,
      limits: Object.fromEntries(Object.entries(limits).map(([name, { eur }]) => [name, { eur }])),
    }))
    const reply = await api.call('putLimits', { params: { account }, body: { version, ...rest, tiers: given } })
    expect(reply.status).toBe(200)
    expect(await put(account, 'u-17', { tier: 'high' })).toMatchObject({ status: 200, body: { tier: 'high' } })
    expect(await put(account, 'u-18', { tier: 'high' })).toMatchObject({ status: 422 })
  })

  test('may be called anything: slashes, spaces and all', async () => {
    const account = await accountWith()
    const odd = ['..', '50%', '__proto__', 'a', 'a+b@acme.example', 'a/../b', 'a?b', 'acme/ü 1?#%2F']
    for (const user of odd) {
      expect((await put(account, user, { tier: 'medium' })).body).toMatchObject({ user, tier: 'medium' })
      expect(await get(account, user)).toMatchObject({ user, tier: 'medium' })
    }
    expect(names(await list(account))).toEqual(odd)
  })

  test('has an address and a language in no log, and neither is left once it is taken away', async () => {
    const account = await accountWith()
    const email = 'u-17@acme.example'
    expect((await put(account, 'u-17', { email, language: 'en' })).body).toMatchObject({ email, language: 'en' })
    expect(await readContact(accounts(), account, 'u-17')).toMatchObject({ email, language: 'en' })
    expect((await put(account, 'u-17', { language: null })).body).toMatchObject({ email, language: 'de' })
    const { body } = await put(account, 'u-17', { email: null })
    expect(body).not.toHaveProperty('email')
    expect(await readContact(accounts(), account, 'u-17')).toBeUndefined()
    const { body: log } = await api.call('listEntries', { params: { account } })
    expect(JSON.stringify(log)).not.toContain(email)
  })

  test('keeps its address when the tier changes, and its tier when the address does', async () => {
    const account = await accountWith()
    await put(account, 'u-17', { tier: 'medium', email: 'u-17@acme.example' })
    await put(account, 'u-17', { tier: 'high' })
    await put(account, 'u-17', { email: 'u-18@acme.example' })
    expect(await get(account, 'u-17')).toMatchObject({ tier: 'high', email: 'u-18@acme.example' })
  })

  test('of several changes at once loses none', async () => {
    const account = await accountWith()
    const replies = await Promise.all([
      put(account, 'u-17', { email: 'u-17@acme.example' }),
      put(account, 'u-17', { language: 'en' }),
    ])
    expect(replies.map(({ status }) => status)).toEqual([200, 200])
    expect(await get(account, 'u-17')).toMatchObject({ email: 'u-17@acme.example', language: 'en' })
  })
})

describe('users', () => {
  test('are listed by name, page by page: who was assigned a tier or spent something', async () => {
    const account = await accountWith()
    for (const user of ['b', 'a', 'd']) await put(account, user, { tier: 'medium' })
    await charge(account, '1', { user: 'c' })
    await checkOf(api, account)({ user: 'e' })
    const first = await list(account, 'limit=3')
    expect(names(first)).toEqual(['a', 'b', 'c'])
    const rest = await list(account, `limit=3&after=${first.next}`)
    expect(names(rest)).toEqual(['d'])
    expect(rest).not.toHaveProperty('next')
  })

  test('are filtered by tier, that of new users counted, and by the share of any limit', async () => {
    const account = await accountWith()
    await put(account, 'a', { tier: 'medium' })
    await put(account, 'b', { tier: 'low' })
    await charge(account, '399.999', { user: 'c' })
    await charge(account, '160', { user: 'd', category: 'image' })
    expect(names(await list(account, 'tier=low'))).toEqual(['b', 'c', 'd'])
    const unknown = await api.call('listUsers', { params: { account }, query: 'tier=gold' })
    expect(unknown.body).toMatchObject({ code: 'limits.no-such-tier' })
    expect(names(await list(account, 'over=80'))).toEqual(['d'])
    await charge(account, '0.001', { user: 'c' })
    expect(names(await list(account, 'over=80'))).toEqual(['c', 'd'])
  })

  test('who were listed before are listed as they stand, whatever has changed since', async () => {
    const account = await accountWith()
    for (const user of ['u-17', 'u-18', 'u-19']) await charge(account, '10', { user })
    const filed = { user: 'u-17', category: 'text', wish: { amount: { eur: '3' } }, reason: 'a report' }
    const changes: Readonly<Record<string, () => Promise<unknown>>> = {
      nothing: async () => undefined,
      'somebody spent': () => charge(account, '7', { user: 'u-18' }),
      'somebody spent in another category': () => charge(account, '7', { user: 'u-18', category: 'image' }),
      'somebody new spent': () => charge(account, '7', { user: 'u-0' }),
      'somebody has another tier': () => put(account, 'u-18', { tier: 'medium' }),
      'somebody was assigned, and spent nothing': () => put(account, 'u-20', { tier: 'medium' }),
      'the assignment was taken back': () => put(account, 'u-20', { tier: null }),
      'limits were changed': () => setLimits(api, account, { defaultTier: 'medium' }),
      'somebody got more for once': async () => {
        const { body } = await api.call('fileUpgradeRequest', { params: { account }, body: filed })
        return api.call('decideUpgradeRequest', {
          params: { account, request: body.request },
          body: { grant: { amount: { eur: '3' } } },
        })
      },
    }
    for (const [change, make] of Object.entries(changes)) {
      await list(account)
      await make()
      const { users } = await list(account)
      for (const { user, ...listed } of users) expect({ change, ...(await get(account, user)) }).toMatchObject(listed)
      expect(names({ users }), change).toEqual(expect.arrayContaining(['u-17', 'u-18', 'u-19']))
    }
    const { users } = await list(account)
    expect(names({ users })).toEqual(['u-0', 'u-17', 'u-18', 'u-19'])
    expect(users[1].categories.text.limit).toMatchObject({ eur: '18.00' })
    expect(users[2]).toMatchObject({ tier: 'medium', categories: { text: { spent: { credits: '17' } } } })
  })

  test('of another account are shown to nobody', async () => {
    const account = await accountWith()
    const claims = { sub: 'eve', scope: 'account:read account:admin', account: 'other' }
    const reply = await api.call('listUsers', { params: { account }, claims })
    expect(reply).toMatchObject({ status: 403, body: { code: 'access.other-account' } })
  })
})
