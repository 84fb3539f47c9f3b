import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { listUnfinished } from '../../../../shared/top-ups/io/top-ups-table.ts'
import { type Api, opened, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const invoice = (eur: string, changes: object = {}) => ({
  amount: { eur },
  reference: 'INV-1',
  dueOn: '2026-12-24',
  ...changes,
})
const balanceOf = async (account: string): Promise<string> =>
  (await api.call('getBalance', { params: { account } })).body.balance.eur

describe('an invoice', () => {
  test('that could not be credited and is sent again corrected is credited as corrected', async () => {
    const account = await opened(api)
    const params = { account }
    const first = await api.call('creditInvoice', { params, body: invoice('10000'), remainingMs: 100 })
    expect(first.status).toBe(503)
    const { status, body } = await api.call('creditInvoice', { params, body: invoice('100') })
    expect([status, body.credits.eur, body.status]).toEqual([201, '100.00', 'credited'])
    expect(await balanceOf(account)).toBe('100.00')
  })

  test('that was credited is not credited with another amount, nor said to be due on another day', async () => {
    const account = await opened(api)
    const params = { account }
    const first = await api.call('creditInvoice', { params, body: invoice('100') })
    for (const other of [invoice('777'), invoice('100', { dueOn: '2027-01-01' })]) {
      const { status, body } = await api.call('creditInvoice', { params, body: other })
      expect([status, body.code]).toEqual([409, 'invoice.credited-before'])
    }
    const again = await api.call('creditInvoice', { params, body: invoice('100') })
    expect(again.body).toEqual(first.body)
    expect(await balanceOf(account)).toBe('100.00')
  })

  test('that was credited stays so when it is sent again after its day, though its record was lost', async () => {
    const account = await opened(api)
    const params = { account }
    const first = await api.call('creditInvoice', { params, body: invoice('100') })
    const { documents, names } = api.tables
    await documents.send(new DeleteCommand({ TableName: names.top_ups, Key: { account, top_up: first.body.topUp } }))
    vi.useFakeTimers({ now: Date.parse('2026-12-26T12:00:00Z'), toFake: ['Date'] })
    try {
      expect((await api.call('creditInvoice', { params, body: invoice('100') })).status).toBe(201)
      const other = await api.call('creditInvoice', { params, body: invoice('100', { reference: 'INV-2' }) })
      expect(other.status).toBe(400)
    } finally {
      vi.useRealTimers()
    }
    expect(await balanceOf(account)).toBe('100.00')
  })

  test('that takes the balance out of its range is refused, leaves nothing behind, and may be corrected', async () => {
    const account = await opened(api)
    const params = { account }
    const most = { amount: { eur: '10000000000' }, reason: 'as much as can be' }
    let status = 201
    for (let grants = 0; status === 201 && grants < 200; grants += 1)
      status = (await api.call('grantCredits', { params, body: most })).status
    expect(status).toBe(422)
    const { status: refused, body } = await api.call('creditInvoice', { params, body: invoice('10000000000') })
    expect([refused, body.code]).toEqual([422, 'balance.out-of-range'])
    const topUps = new Table(api.tables.documents, api.tables.names.top_ups)
    const unfinished = await listUnfinished(topUps, { untouchedSince: Date.now() + 1000, limit: 100 })
    expect(unfinished.filter((topUp) => topUp.account === account)).toEqual([])
    expect((await api.call('creditInvoice', { params, body: invoice('1') })).status).toBe(201)
  }, 30_000)
})

test('a key that bought something before buys nothing else, when its answer is long forgotten', async () => {
  const account = await opened(api)
  const call = (eur: string, others: object = {}) =>
    api.call('buyCredits', { params: { account }, key: 'once', body: { amount: { eur }, pay: 'checkout', ...others } })
  // The provider is not there: the purchase is written down, and no answer is kept.
  expect((await call('100')).status).toBe(503)
  for (const other of [await call('500'), await call('100', { storesMethod: true })])
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.other-request'])
  expect((await call('100')).status).toBe(503)
})
