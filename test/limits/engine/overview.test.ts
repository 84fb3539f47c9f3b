import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS } from '../../../shared/time/instant.ts'
import { type Api, opened, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { setLimits } from './limit-settings.ts'

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

async function assign(account: string, tiers: Readonly<Record<string, string>>) {
  const assignments = Object.entries(tiers).map(([user, tier]) => ({ user, tier }))
  const reply = await api.call('assignTiers', { params: { account }, body: { assignments, preview: false } })
  expect(reply.status).toBe(200)
}

const overview = async (account: string) => {
  const reply = await api.call('getLimitsOverview', { params: { account } })
  expect(reply.status).toBe(200)
  return reply.body
}
const tierOf = (body: { readonly tiers: readonly { readonly tier?: string }[] }, id?: string) =>
  body.tiers.find(({ tier }) => tier === id)

describe('the overview of limits', () => {
  test('of an account in which nobody did anything is all zeros', async () => {
    const account = await opened(api)
    expect(await overview(account)).toMatchObject({
      users: 0,
      budget: { credits: '0' },
      spent: { credits: '0' },
      over: { users: 0, first: [] },
      ceilings: [],
    })
  })

  test('multiplies the users of each tier by its limits, without tiers that have none', async () => {
    const account = await accountWith()
    await assign(account, { a: 'low', b: 'low', c: 'medium', d: 'unlimited' })
    const body = await overview(account)
    expect(tierOf(body, 'low')).toMatchObject({
      name: 'Low',
      users: 2,
      assigned: 2,
      budget: { eur: '14.00' },
      categories: { text: { budget: { eur: '10.00' } }, image: { budget: { eur: '4.00' } } },
    })
    expect(tierOf(body, 'medium')).toMatchObject({ users: 1, budget: { eur: '15.00' } })
    expect(tierOf(body, 'unlimited')).not.toHaveProperty('budget')
    expect(body).toMatchObject({ users: 4, usersWithoutLimit: 1, budget: { eur: '29.00' } })
  })

  test('counts whom nobody assigned and who spent something in the tier of new users', async () => {
    const account = await accountWith()
    await charge(account, '100', { user: 'new' })
    expect(tierOf(await overview(account), 'low')).toMatchObject({
      users: 1,
      assigned: 0,
      spent: { credits: '100' },
      budget: { eur: '7.00' },
    })
    await setLimits(api, account, { defaultTier: undefined })
    expect(tierOf(await overview(account))).toMatchObject({ users: 1, spent: { credits: '100' } })
  })

  test('sums up what was spent this month, and not what was spent before', async () => {
    const account = await accountWith()
    await charge(account, '100.5', { user: 'a' })
    await charge(account, '50', { user: 'b', category: 'image' })
    await charge(account, '999', { user: 'a', time: Date.now() - 40 * DAY_MS })
    const body = await overview(account)
    expect(body).toMatchObject({ spent: { credits: '150.5' } })
    expect(tierOf(body, 'low')).toMatchObject({
      categories: { text: { spent: { credits: '100.5' } }, image: { spent: { credits: '50' } } },
    })
  })

  test('names who has spent 80 % of some limit, with all they spent', async () => {
    const account = await accountWith()
    await charge(account, '400', { user: 'a' })
    await charge(account, '399.999', { user: 'b' })
    const { over } = await overview(account)
    expect(over).toMatchObject({ percent: 80, users: 1, first: [{ user: 'a', categories: { text: { share: '80' } } }] })
  })

  test('shows of each ceiling what is spent of it, and when its window ends', async () => {
    const ceilings = [
      { id: 'all', name: 'All', scope: { of: 'account' }, limit: { eur: '10' } },
      { id: 'sales', name: 'Sales', scope: { of: 'group', group: 'sales' }, limit: { eur: '4' } },
      { id: 'idle', name: 'Idle', scope: { of: 'group', group: 'idle' }, limit: { eur: '4' } },
      { id: 'each', name: 'Each', scope: { of: 'group' }, limit: { eur: '8' }, window: { kind: 'week' } },
      { id: 'day', name: 'Day', scope: { of: 'account' }, limit: { eur: '3' }, window: { kind: 'day' } },
      { id: 'own', name: 'Own', scope: { of: 'user' }, limit: { eur: '8' } },
      { id: 'vendor', name: 'Vendor', scope: { of: 'account' }, service: 'openai/*', limit: { eur: '5' } },
    ]
    const account = await accountWith({ ceilings })
    await charge(account, '100', { user: 'a', group: 'sales' })
    await charge(account, '200', { user: 'b', group: 'it', service: 'anthropic/claude-opus-4-7' })
    const shown = (await overview(account)).ceilings.map(
      ({
        ceiling,
        group,
        spent,
        share,
        window,
        resetsAt,
      }: Record<string, { id: string; credits: string; key: string }>) => {
        expect(resetsAt).toMatch(/T2[23]:00:00/)
        return [ceiling!.id, group, spent?.credits, share, window!.key.split('#')[0]]
      },
    )
    expect(shown).toEqual([
      ['all', undefined, '300', '30', 'month'],
      ['sales', 'sales', '100', '25', 'month'],
      ['idle', 'idle', '0', '0', 'month'],
      ['each', 'it', '200', '25', 'week'],
      ['each', 'sales', '100', '12.5', 'week'],
      ['day', undefined, '300', '100', 'day'],
      ['own', undefined, undefined, undefined, 'month'],
      ['vendor', undefined, '100', '20', 'month'],
    ])
  })

  test('is of the newest page, also in a warm process', async () => {
    const account = await accountWith()
    for (let spent = 1; spent <= 3; spent += 1) {
      await charge(account, '100', { user: `u-${spent}` })
      expect(await overview(account)).toMatchObject({ users: spent, spent: { credits: String(spent * 100) } })
    }
  })
})

describe('changes of limits', () => {
  const changes = async (account: string, query = '') =>
    (await api.call('listLimitChanges', { params: { account }, query })).body

  test('say who changed what, when, newest first and page by page', async () => {
    const account = await accountWith()
    await setLimits(api, account, { levels: [90, 100], stopped: 'unpaid' })
    await assign(account, { a: 'medium' })
    const body = await changes(account, 'limit=2')
    expect(body.changes).toMatchObject([
      { kind: 'user-tiers', actor: 'olga', tiers: [{ user: 'a', tier: 'medium' }] },
      {
        kind: 'limits',
        changes: [
          { what: 'levels', from: '50, 80, 100', to: '90, 100' },
          { what: 'stopped', to: 'unpaid' },
        ],
      },
    ])
    const rest = await changes(account, `limit=2&after=${body.next}`)
    expect(rest.changes).toHaveLength(1)
    expect(rest.changes[0].changes).toContainEqual({ what: 'tiers/medium/limits/image', from: '5.00 €' })
    expect(rest.changes[0].changes).toContainEqual({ what: 'defaultTier', from: 'unlimited', to: 'low' })
  })

  test('of a long log are found behind many charges', async () => {
    const account = await accountWith()
    for (let page = 0; page < 450; page += 1) await charge(account, '0.01')
    const first = await changes(account)
    expect(first.changes).toEqual([])
    expect((await changes(account, `after=${first.next}`)).changes).toMatchObject([{ kind: 'limits' }])
  })
})
