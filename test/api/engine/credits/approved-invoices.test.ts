import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { DAY_MS } from '../../../../shared/time/instant.ts'
import { type Api, opened, startApi } from '../api.ts'
import { secondOperator } from './second-operator.ts'

let api: Api
let operators: ReturnType<typeof secondOperator>
let account: string
let aheadMs = 0
beforeAll(async () => {
  const now = Date.now
  // Before the handler is loaded: it keeps the clock that it finds.
  vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs)
  api = await startApi({ approvals: '{"above":"1000.00"}' })
  operators = secondOperator(api)
})
afterAll(() => api.stop())
beforeEach(async () => {
  account = await opened(api)
})
afterEach(() => {
  aheadMs = 0
})

const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
const DUE = dayIn(30)
const credit = (eur: string, changes: object = {}, call: object = {}) =>
  api.call('creditInvoice', {
    params: { account },
    body: { amount: { eur }, reference: 'INV-1', dueOn: DUE, ...changes },
    ...call,
  })
const topUps = async () => (await api.call('listTopUps', { params: { account } })).body.topUps

async function asked(eur: string, changes: object = {}, call: object = {}): Promise<string> {
  const { status, body } = await credit(eur, changes, call)
  expect(status).toBe(202)
  return body.approval.approval
}

describe('an invoice of more than the set amount', () => {
  test('waits for another operator, and nothing is credited or listed meanwhile', async () => {
    const { status, body } = await credit('1000.01')
    expect(status).toBe(202)
    expect(body.approval).toMatchObject({
      account,
      kind: 'invoice',
      amount: { eur: '1000.01' },
      reference: 'INV-1',
      dueOn: DUE,
      askedBy: 'olga',
      state: 'pending',
    })
    expect(await operators.approvals(account, 'pending')).toEqual([body.approval])
    expect(await operators.balance(account)).toBe('0.00')
    expect(await operators.entries(account)).toHaveLength(1)
    expect(await topUps()).toEqual([])
  })

  test('is credited once when another operator approves it, and the entry names both', async () => {
    const key = 'invoice-17'
    const approval = await asked('5000', {}, { key })
    const own = { claims: { sub: 'olga', scope: 'operate' } }
    expect(await operators.decide(approval, 'approve', own)).toMatchObject({ body: { code: 'approval.own-request' } })
    const place = { page: 2, position: 0 }
    for (const { body } of [await operators.decide(approval, 'approve'), await operators.decide(approval, 'approve')])
      expect(body).toMatchObject({ state: 'written', decidedBy: 'otto', entry: place })
    const credited = { status: 'credited', credits: { eur: '5000.00' }, reference: 'INV-1', dueOn: DUE, page: 2 }
    expect(await credit('5000', {}, { key })).toMatchObject({ status: 201, body: credited })
    expect(await topUps()).toMatchObject([credited])
    expect(await operators.entries(account)).toMatchObject([
      { kind: 'open' },
      { kind: 'top-up', ...place, actor: 'olga', approvedBy: 'otto', provider: 'invoice', amount: { eur: '5000.00' } },
    ])
    expect(await operators.balance(account)).toBe('5000.00')
  })

  test('is never credited once it is rejected, and its number may be sent again with what is right', async () => {
    const approval = await asked('50000', {}, { key: 'wrong' })
    expect((await operators.decide(approval, 'reject')).body.state).toBe('rejected')
    expect(await credit('50000', {}, { key: 'wrong' })).toMatchObject({ body: { code: 'approval.rejected' } })
    expect((await operators.decide(await asked('5000'), 'approve')).body.state).toBe('written')
    expect(await operators.balance(account)).toBe('5000.00')
  })

  test('that is asked for twice with one number is credited once, whatever is approved', async () => {
    const [first, same, dearer, later] = [
      await asked('5000'),
      await asked('5000'),
      await asked('6000'),
      await asked('5000', { dueOn: dayIn(31) }),
    ]
    for (const approval of [first, same])
      expect((await operators.decide(approval, 'approve')).body).toMatchObject({ state: 'written', entry: { page: 2 } })
    for (const approval of [dearer, later]) {
      for (const { body } of [await operators.decide(approval, 'approve'), await operators.decide(approval, 'approve')])
        expect(body).toMatchObject({ code: 'invoice.credited-before' })
    }
    expect(await operators.approvals(account, 'failed')).toHaveLength(2)
    expect(await operators.balance(account)).toBe('5000.00')
    expect(await topUps()).toHaveLength(1)
  })

  test('is another request when its key asked for another amount or day before', async () => {
    const key = 'invoice-18'
    await asked('5000', {}, { key })
    for (const reply of [await credit('6000', {}, { key }), await credit('5000', { dueOn: dayIn(31) }, { key })])
      expect(reply).toMatchObject({ status: 422, body: { code: 'idempotency.other-request' } })
  })

  test('whose approval died before it wrote is credited when who asked for it sends it again', async () => {
    const key = 'invoice-19'
    const approval = await asked('5000', {}, { key })
    expect((await operators.decide(approval, 'approve', { remainingMs: 100 })).status).toBe(503)
    expect((await credit('5000', {}, { key })).status).toBe(201)
    expect(await operators.approvals(account, 'written')).toMatchObject([{ approval, entry: { page: 2 } }])
    expect(await operators.balance(account)).toBe('5000.00')
  })

  test('keeps the due day that it was asked for with, also where the day is over when it is approved', async () => {
    const key = 'invoice-20'
    const dueOn = dayIn(1)
    const approval = await asked('5000', { dueOn }, { key })
    aheadMs = 4 * DAY_MS
    expect((await operators.decide(approval, 'approve')).body.state).toBe('written')
    expect(await credit('5000', { dueOn }, { key })).toMatchObject({ status: 201, body: { dueOn } })
    expect(await credit('5000', { dueOn, reference: 'INV-2' })).toMatchObject({
      status: 400,
      body: { code: 'request.body' },
    })
    expect(await operators.approvals(account, 'pending')).toEqual([])
  })
})

test.each(['1000.00', '0.01'])('an invoice of %s € needs no other operator', async (eur) => {
  expect((await credit(eur)).status).toBe(201)
  expect(await operators.balance(account)).toBe(Number(eur).toFixed(2))
})
