import { afterAll, beforeAll, expect, test } from 'vitest'
import { readHead } from '../../../../shared/ledger/io/log-table.ts'
import { type Api, opened, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const buy = (account: string, eur: string, pay: 'method' | 'checkout', key: string = crypto.randomUUID()) =>
  api.call('buyCredits', { params: { account }, key, body: { amount: { eur }, pay } })
const offers = async (account: string) => (await api.call('getTopUpOffers', { params: { account } })).body
const pendingOf = async (account: string) => {
  const log = { documents: api.tables.documents, name: api.tables.names.log }
  return (await readHead(log, account))?.header.tally?.bought?.pending ?? []
}

test('of ten purchases at once no more are taken than the day’s cap has room for', async () => {
  const account = await opened(api)
  const replies = await Promise.all(Array.from({ length: 10 }, () => buy(account, '5000', 'checkout')))
  // No provider is here: what was taken waits for its page.
  expect(replies.map(({ status }) => status).sort()).toEqual([...Array(8).fill(422), 503, 503])
  for (const { status, body } of replies) if (status === 422) expect(body.code).toBe('top-up.cap')
  expect((await pendingOf(account)).map(({ paid }) => paid.toFixed(2))).toEqual(['5000.00', '5000.00'])
  expect((await offers(account)).byHand).toEqual({
    leftToday: '2000.00',
    dayCap: '12000.00',
    leftThisMonth: '50000.00',
    monthCap: '60000.00',
  })
  const refused = await buy(account, '5000', 'checkout')
  expect(refused.body.detail).toContain(
    'this purchase costs 5000.00 €, and 2000.00 € are left today of 12000.00 € for purchases by hand, of which 2 are not paid yet',
  )
  expect((await buy(account, '1000', 'checkout')).status).toBe(503)
}, 60_000)

test('the same purchase sent again counts once', async () => {
  const account = await opened(api)
  for (const _ of [1, 2, 3]) expect((await buy(account, '100', 'checkout', 'once')).status).toBe(503)
  expect(await pendingOf(account)).toHaveLength(1)
})

test('one that was refused stays refused under its key, and is listed as skipped', async () => {
  const account = await opened(api)
  for (const eur of ['5000', '5000']) await buy(account, eur, 'checkout')
  expect((await buy(account, '5000', 'checkout', 'third')).body.code).toBe('top-up.cap')
  expect((await buy(account, '5000', 'checkout', 'third')).body.code).toBe('top-up.cap')
  const { body } = await api.call('listTopUps', { params: { account } })
  expect(body.topUps.map(({ status, reason }: { status: string; reason?: string }) => [status, reason])).toContainEqual(
    [...['skipped', 'cap-reached']],
  )
  expect(await pendingOf(account)).toHaveLength(2)
})

test('above the stage’s amount the stored method is never charged alone', async () => {
  const account = await opened(api)
  const { status, body } = await buy(account, '5000', 'method')
  expect([status, body.code]).toEqual([422, 'top-up.confirmation-page'])
  expect(body.detail).toContain('send "pay": "checkout"')
  const pays = (await offers(account)).offers.map(({ pay }: { pay: readonly string[] }) => pay.length)
  expect(pays).toEqual([2, 2, 2, 1])
  expect(await pendingOf(account)).toEqual([])
})

test('more than ten purchases that nobody paid are not opened', async () => {
  const account = await opened(api)
  for (let count = 0; count < 10; count += 1) await buy(account, '100', 'checkout')
  const { status, body } = await buy(account, '100', 'checkout')
  expect([status, body.code]).toEqual([422, 'top-up.cap'])
  expect(body.detail).toContain('10 purchases')
})
