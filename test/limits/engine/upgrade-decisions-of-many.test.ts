import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { identityOf } from '../../../shared/ledger/entries/entries.ts'
import type { UpgradeDecisionEntry } from '../../../shared/ledger/entries/limits.ts'
import { readPages } from '../../../shared/ledger/io/log-table.ts'
import { upgradeEventsOf } from '../../../shared/limits/told/upgrade-events.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { dayStart } from '../../../shared/time/day-of.ts'
import { DAY_MS, MINUTE_MS } from '../../../shared/time/instant.ts'
import { type Api, opened, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { writerOn } from '../../world/log-writer.ts'
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
const decideAll = (account: string, body: object, call: object = {}) =>
  api.call('decideAllUpgradeRequests', {
    params: { account },
    body: { all: true, grant: 'as-asked', ...body },
    ...call,
  })

async function forgetRequests() {
  const TableName = api.tables.names.requests
  const { Items = [] } = await api.tables.documents.send(new ScanCommand({ TableName }))
  for (const { key } of Items) await api.tables.documents.send(new DeleteCommand({ TableName, Key: { key } }))
}

interface Filed {
  readonly request: string
  readonly user: string
  readonly category: string
  readonly window: object
  readonly wish: { readonly amount: { readonly credits: string } }
}

/** Decides the first of the open requests as a call with this key did that died on its way. */
async function decideAsBefore(account: string, key: string, many: number) {
  const writer = writerOn(api.tables)
  const open = (await list(account, 'state=open')).requests.toReversed().slice(0, many)
  const entries = open.map(({ request: id, user, category, window, wish }: Filed) => ({
    kind: 'upgrade-decision',
    key,
    actor: 'olga',
    at: Date.now(),
    id,
    user,
    category,
    window,
    word: undefined,
    granted: { kind: 'amount', credits: credits(wish.amount.credits) },
  })) as readonly UpgradeDecisionEntry[]
  const proposals = entries.map((entry) => ({
    identity: identityOf(entry, account),
    boundAt: undefined,
    differenceFrom: () => [],
    settle: () => ({ kind: 'entry', entry }) as const,
  }))
  await writer.commit(account, proposals, () => 20_000)
}

const eventsOf = async (account: string) =>
  upgradeEventsOf(
    await readPages({ documents: api.tables.documents, name: api.tables.names.log }, account, { from: 1, to: 1e9 }),
  )

describe('deciding all at once', () => {
  test('needs the phrase that the refusal demands, with the number of them', async () => {
    const account = await accountAtLimit()
    for (const user of ['a', 'b', 'c']) await filed(account, { user })
    const phrase = `approve 3 requests of ${account}`
    for (const wrong of [{}, { phrase: 'yes' }, { phrase: `approve 2 requests of ${account}` }])
      expect(await decideAll(account, wrong)).toMatchObject({
        status: 409,
        body: { code: 'upgrade-request.phrase', errors: [{ pointer: '/phrase', detail: phrase }] },
      })
    expect((await list(account, 'state=open')).requests).toHaveLength(3)
    expect(await decideAll(account, { phrase })).toMatchObject({ status: 200, body: { decided: 3, left: [] } })
    expect((await list(account, 'state=open')).requests).toEqual([])
    for (const user of ['a', 'b', 'c'])
      expect(await checkOf(api, account)({ user })).toMatchObject({ limit: { eur: '15.00' } })
  })

  test('does not decide what came meanwhile', async () => {
    const account = await accountAtLimit()
    await filed(account, { user: 'a' })
    await filed(account, { user: 'b' })
    expect(await decideAll(account, { phrase: `approve 1 request of ${account}` })).toMatchObject({ status: 409 })
  })

  test('with nothing open decides nothing', async () => {
    expect(await decideAll(await accountAtLimit(), {})).toMatchObject({ status: 200, body: { decided: 0 } })
  })

  test('may reject them all with a word', async () => {
    const account = await accountAtLimit()
    await filed(account)
    const phrase = `reject 1 request of ${account}`
    await decideAll(account, { grant: 'nothing', phrase, word: 'budget is spent' })
    expect((await list(account, 'state=decided')).requests).toMatchObject([{ granted: {}, word: 'budget is spent' }])
  })

  test('goes on where it was interrupted when it is sent again, each request once', async () => {
    const account = await accountAtLimit()
    for (const user of ['a', 'b', 'c']) await filed(account, { user, wish: { amount: { eur: '1' } } })
    await decideAsBefore(account, 'all', 2)
    const body = { phrase: `approve 3 requests of ${account}` }
    expect((await decideAll(account, body, { key: 'another' })).status).toBe(409)
    const again = await decideAll(account, body, { key: 'all' })
    expect(again).toMatchObject({ status: 200, body: { decided: 3, left: [] } })
    await forgetRequests()
    expect((await decideAll(account, body, { key: 'all' })).body).toEqual(again.body)
    const events = await eventsOf(account)
    expect(events.filter(({ type }) => type.endsWith('approved'))).toHaveLength(3)
    expect(await checkOf(api, account)({ user: 'c' })).toMatchObject({ limit: { eur: '6.00' } })
  })

  test('of more requests than one page takes decides every one', async () => {
    const account = await accountAtLimit()
    const users = Array.from({ length: 260 }, (_, place) => `u-${place}`)
    for (const user of users) await filed(account, { user, wish: { amount: { eur: '1' } } })
    const { body } = await decideAll(account, { phrase: `approve 260 requests of ${account}` })
    expect(body).toEqual({ decided: 260, left: [] })
    expect(await checkOf(api, account)({ user: 'u-259' })).toMatchObject({ limit: { eur: '6.00' } })
  }, 120_000)

  test('never takes a user down: of two tiers asked for the higher one is granted', async () => {
    const account = await accountAtLimit()
    const tiers = [
      { id: 'small', name: 'Small', limits: { text: { eur: '5' }, image: { eur: '1' } } },
      { id: 'middle', name: 'Middle', limits: { text: { eur: '9' }, image: { eur: '2' } } },
      { id: 'large', name: 'Large', limits: { text: { eur: '20' }, image: { eur: '9' } } },
    ]
    const { body: standing } = await api.call('getLimits', { params: { account } })
    const kept = standing.tiers.map(({ id, name }: { id: string; name: string }) => ({ id, name, limits: {} }))
    await setLimits(api, account, { tiers: [...kept, ...tiers], defaultTier: 'small' })
    await filed(account, { wish: { tier: 'large' } })
    await filed(account, { category: 'image', wish: { tier: 'middle' } })
    const { body } = await decideAll(account, { phrase: `approve 2 requests of ${account}` })
    expect(body).toMatchObject({ decided: 1, left: [{ user: 'u-17', why: 'not-higher' }] })
    expect(await checkOf(api, account)()).toMatchObject({ limit: { eur: '20.00' } })
  })
})

describe('the history of upgrade requests', () => {
  test('stays over months, newest first, page by page, by state and by user', async () => {
    aheadMs = -70 * DAY_MS
    const account = await accountAtLimit()
    const oldest = await filed(account)
    const refused = await filed(account, { user: 'u-18' })
    await decide(account, refused, { grant: { nothing: true }, word: 'no' })
    aheadMs = -35 * DAY_MS
    const granted = await filed(account)
    await decide(account, granted, { grant: { amount: { eur: '1' } } })
    aheadMs = 0
    const open = await filed(account)

    const shown: [string, string][] = []
    let query = 'limit=1'
    for (let next: string | undefined = ''; next !== undefined; query = `limit=1&after=${next}`) {
      const page = await list(account, query)
      for (const { request, state } of page.requests) shown.push([request, state])
      next = page.next
    }
    expect(shown).toEqual([
      [open, 'open'],
      [granted, 'decided'],
      [refused, 'decided'],
      [oldest, 'expired'],
    ])
    const ids = async (filter: string) =>
      (await list(account, filter)).requests.map(({ request }: { request: string }) => request)
    expect(await ids('state=expired')).toEqual([oldest])
    expect(await ids('state=decided')).toEqual([granted, refused])
    expect(await ids('user=u-18')).toEqual([refused])
    expect((await list(account, 'user=u-18')).requests[0]).toMatchObject({ word: 'no', decidedBy: 'olga' })
    expect((await list(account, 'state=expired')).requests[0].usage).toEqual({ spent: { eur: '5.02', credits: '502' } })
  })

  test('shows one that was filed in the first hour of a month once', async () => {
    const account = await accountAtLimit()
    const last = await filed(account)
    const month = dayStart((await list(account)).requests[0].window.to, 'Europe/Berlin')
    aheadMs = month + 10 * MINUTE_MS - Date.now()
    const first = await filed(account)
    const { requests } = await list(account)
    expect(requests.map(({ request, state }: { request: string; state: string }) => [request, state])).toEqual([
      [first, 'open'],
      [last, 'expired'],
    ])
  })
})
