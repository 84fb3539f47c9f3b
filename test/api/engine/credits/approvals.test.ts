import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readPages } from '../../../../shared/ledger/io/log-table.ts'
import { exact } from '../../../../shared/money/exact.ts'
import { DAY_MS } from '../../../../shared/time/instant.ts'
import { type Api, opened, startApi } from '../api.ts'
import { chargesIn } from '../writes.ts'

let api: Api
let aheadMs = 0
beforeAll(async () => {
  // Before the handler is loaded: it keeps the clock that it finds.
  const now = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs)
  api = await startApi({ approvals: '{"above":"1000.00"}' })
})
afterAll(() => api.stop())
afterEach(() => {
  aheadMs = 0
})

const SCOPE = 'account:read account:admin usage:check operate'
const otto = { sub: 'otto', scope: SCOPE }

const grant = (account: string, eur: string, call: object = {}) =>
  api.call('grantCredits', { params: { account }, body: { amount: { eur }, reason: 'contract' }, ...call })
const decide = (approval: string, decision: string, call: object = {}) =>
  api.call('decideApproval', { params: { approval }, body: { decision }, claims: otto, ...call })
const balance = async (account: string): Promise<string> =>
  (await api.call('getBalance', { params: { account } })).body.balance.eur
const entries = async (account: string) => (await api.call('listEntries', { params: { account } })).body.entries
const waiting = async (account: string, query = 'state=pending') =>
  (await api.call('listApprovals', { query: `${query}&account=${account}` })).body.approvals

/** Asks for 5,000 € of credits; answers with the approval that waits. */
async function asked(account: string, call: object = {}): Promise<string> {
  const { status, body } = await grant(account, '5000', call)
  expect(status).toBe(202)
  return body.approval.approval
}

describe('what moves more than the set amount', () => {
  test('waits for another operator, and nothing is written meanwhile', async () => {
    const account = await opened(api)
    const { status, body } = await grant(account, '1000.01')
    expect(status).toBe(202)
    expect(body.approval).toMatchObject({
      account,
      kind: 'grant',
      amount: { eur: '1000.01' },
      reason: 'contract',
      askedBy: 'olga',
      state: 'pending',
    })
    expect(await balance(account)).toBe('0.00')
    expect(await entries(account)).toHaveLength(1)
    expect(await waiting(account)).toEqual([body.approval])
  })

  test.each(['1000', '1000.00', '0.01'])('%s € needs nobody else', async (eur) => {
    const account = await opened(api)
    expect((await grant(account, eur)).status).toBe(201)
    expect(await waiting(account, 'limit=100')).toEqual([])
  })

  test('is written once when another operator approves it, and the entry names both', async () => {
    const account = await opened(api)
    const key = 'contract-17'
    const approval = await asked(account, { key })
    const { status, body } = await decide(approval, 'approve')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      state: 'written',
      askedBy: 'olga',
      decidedBy: 'otto',
      entry: { page: 2, position: 0 },
    })
    expect(await balance(account)).toBe('5000.00')
    for (const again of [await decide(approval, 'approve'), await decide(approval, 'approve', { claims: otto })])
      expect(again.body).toMatchObject({ state: 'written', entry: { page: 2, position: 0 } })
    const repeated = await grant(account, '5000', { key })
    expect(repeated).toMatchObject({ status: 201, body: { entry: { page: 2 }, balance: { eur: '5000.00' } } })
    expect(await entries(account)).toMatchObject([
      { kind: 'open' },
      { kind: 'grant', actor: 'olga', approvedBy: 'otto', reason: 'contract', amount: { eur: '5000.00' } },
    ])
  })

  test('is approved by nobody who asked for it, whatever the token says', async () => {
    const account = await opened(api)
    const approval = await asked(account)
    const own = { claims: { sub: 'olga', scope: SCOPE } }
    expect(await decide(approval, 'approve', own)).toMatchObject({
      status: 403,
      body: { code: 'approval.own-request' },
    })
    for (const sub of ['', undefined, 7]) {
      const reply = await decide(approval, 'approve', { claims: { sub, scope: SCOPE } })
      expect(reply).toMatchObject({ status: 401, body: { code: 'access.no-token' } })
    }
    const customer = { claims: { sub: 'eve', scope: SCOPE, account } }
    expect(await decide(approval, 'approve', customer)).toMatchObject({ body: { code: 'access.operators-only' } })
    expect(await balance(account)).toBe('0.00')
  })

  test('is never written once it is rejected, also by who asked for it', async () => {
    const account = await opened(api)
    for (const claims of [otto, { sub: 'olga', scope: SCOPE }]) {
      const key = `rejected-by-${claims.sub}`
      const approval = await asked(account, { key })
      const word = { body: { decision: 'reject', word: 'twice the contract' }, claims }
      expect((await decide(approval, 'reject', word)).body).toMatchObject({
        state: 'rejected',
        word: 'twice the contract',
      })
      expect(await decide(approval, 'approve')).toMatchObject({ status: 409, body: { code: 'approval.decided' } })
      const again = await grant(account, '5000', { key })
      expect(again).toMatchObject({ status: 409, body: { code: 'approval.rejected' } })
      expect(again.body.detail).toContain('twice the contract')
    }
    expect(await balance(account)).toBe('0.00')
    expect(await waiting(account)).toEqual([])
  })

  test('can be decided for seven days, and not after', async () => {
    const account = await opened(api)
    const [early, late] = [await asked(account, { key: 'early' }), await asked(account, { key: 'late' })]
    aheadMs = 7 * DAY_MS - 60_000
    expect((await decide(early, 'approve')).body.state).toBe('written')
    aheadMs = 7 * DAY_MS
    expect(await decide(late, 'approve')).toMatchObject({ status: 409, body: { code: 'approval.expired' } })
    expect(await grant(account, '5000', { key: 'late' })).toMatchObject({ body: { code: 'approval.expired' } })
    expect(await waiting(account, 'state=expired')).toMatchObject([{ approval: late }])
    expect(await balance(account)).toBe('5000.00')
  })

  test('is the same request as long as it asks for the same', async () => {
    const account = await opened(api)
    const key = 'contract-18'
    const approval = await asked(account, { key })
    expect(await asked(account, { key })).toBe(approval)
    expect(await grant(account, '6000', { key })).toMatchObject({
      status: 422,
      body: { code: 'idempotency.other-request' },
    })
    expect((await decide(approval, 'approve')).body.amount.eur).toBe('5000.00')
    expect(await balance(account)).toBe('5000.00')
  })

  test('of two decisions at once one stands, and of many approvals one entry', async () => {
    const account = await opened(api)
    const approval = await asked(account)
    const replies = await Promise.all(
      ['approve', 'reject', 'approve', 'approve'].map((decision, place) =>
        decide(approval, decision, { claims: { sub: `operator-${place}`, scope: SCOPE } }),
      ),
    )
    const { body } = await decide(approval, 'approve')
    const isApproved = body.state === 'written'
    expect(replies.filter(({ status }) => status === 200).length).toBe(isApproved ? 3 : 1)
    expect(await balance(account)).toBe(isApproved ? '5000.00' : '0.00')
    expect((await entries(account)).length).toBe(isApproved ? 2 : 1)
  })

  test('that was approved and not written, since the function died, is written by the next who sends it', async () => {
    const account = await opened(api)
    const key = 'contract-19'
    const approval = await asked(account, { key })
    const stop = { remainingMs: 100 }
    expect((await decide(approval, 'approve', stop)).status).toBe(503)
    expect(await waiting(account, 'state=approved')).toMatchObject([{ approval, decidedBy: 'otto' }])
    expect(await balance(account)).toBe('0.00')
    expect(await decide(approval, 'reject')).toMatchObject({ status: 409, body: { code: 'approval.decided' } })
    expect((await grant(account, '5000', { key })).status).toBe(201)
    expect((await decide(approval, 'approve')).body.state).toBe('written')
    expect(await balance(account)).toBe('5000.00')
  })
})

describe('a second approval is asked of every way to move credits', () => {
  test('an adjustment in either direction', async () => {
    const account = await opened(api)
    const adjust = (eur: string) =>
      api.call('adjustCredits', { params: { account }, body: { amount: { eur }, reason: 'wrong' } })
    expect((await adjust('-1000')).status).toBe(201)
    const { status, body } = await adjust('-1000.01')
    expect(status).toBe(202)
    expect((await decide(body.approval.approval, 'approve')).body.state).toBe('written')
    expect(await balance(account)).toBe('-2000.01')
  })

  test('a refund, of which no more is written than the charge costs by then', async () => {
    const account = await opened(api)
    const rates = [{ service: 'openai/gpt-4o', meter: 'calls', per: '1', price: '1', currency: 'EUR' }]
    await api.call('publishRateCard', { body: { effectiveFrom: '1970-01-01T00:00:00Z', note: 'first', rates } })
    const quantities = new Map([['calls' as const, exact('2000')]])
    const { source, id } = await chargesIn(api.tables)(account, '200000', { quantities })
    const refund = (call: object = {}) =>
      api.call('refundCharge', { params: { account }, body: { source, id, reason: 'broken' }, ...call })
    const first = await refund()
    const second = await refund()
    expect([first.status, second.status]).toEqual([202, 202])
    expect(first.body.approval).toMatchObject({ kind: 'refund', of: { source, id }, amount: { eur: '2000.00' } })
    expect((await decide(first.body.approval.approval, 'approve')).body.state).toBe('written')
    expect(await decide(second.body.approval.approval, 'approve')).toMatchObject({
      status: 409,
      body: { code: 'credits.corrected-before' },
    })
    expect(await balance(account)).toBe('0.00')
  })

  test('a reversal', async () => {
    const account = await opened(api)
    await decide(await asked(account), 'approve')
    const body = { page: 2, position: 0, reason: 'wrong account' }
    const reversed = await api.call('reverseEntry', { params: { account }, body })
    expect(reversed.status).toBe(202)
    expect(await balance(account)).toBe('5000.00')
    expect((await decide(reversed.body.approval.approval, 'approve')).body.state).toBe('written')
    expect(await balance(account)).toBe('0.00')
  })
})

test('approvals are listed page by page, and an unknown one is not found', async () => {
  const account = await opened(api)
  for (const key of ['a', 'b', 'c']) await asked(account, { key })
  const all: string[] = []
  for (let after = ''; ; ) {
    const query = `account=${account}&limit=1${after === '' ? '' : `&after=${after}`}`
    const { body } = await api.call('listApprovals', { query })
    all.push(...body.approvals.map((one: { approval: string }) => one.approval))
    if (body.next === undefined) break
    after = body.next
  }
  expect(new Set(all).size).toBe(3)
  expect(await decide('nothing', 'approve')).toMatchObject({ status: 404, body: { code: 'approval.not-found' } })
})

test('the log holds who approved, also when it is read again', async () => {
  const account = await opened(api)
  await decide(await asked(account), 'approve')
  const log = { documents: api.tables.documents, name: api.tables.names.log }
  const [, page] = await readPages(log, account, { from: 1, to: 9 })
  expect(page?.entries).toMatchObject([{ kind: 'grant', actor: 'olga', approvedBy: 'otto' }])
})
