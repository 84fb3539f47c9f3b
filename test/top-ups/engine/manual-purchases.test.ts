import { afterAll, beforeAll, expect, test } from 'vitest'
import { credits } from '../../../shared/money/amounts.ts'
import { readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { quote } from '../../../shared/top-ups/quote.ts'
import { WANTED, wantedByHand } from './wanted-by-hand.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const head = async (account: string) => (await world.pages(account)).at(-1)!.header
const recordOf = async (account: string) => (await readTopUp(world.ports.topUps, account, WANTED))!

test('a purchase that the log counts is charged, and counts in the day that it was paid on', async () => {
  const account = await wantedByHand(world, '4242')
  await world.topUp({ account, topUp: WANTED })
  expect((await recordOf(account)).status).toBe('credited')
  const { tally } = await head(account)
  expect(tally?.bought?.pending).toEqual([])
  expect(tally?.bought?.paidThatDay.toFixed(2)).toBe('100.00')
  expect(tally?.bought?.day).toMatch(/^\d{4}-\d\d-\d\d$/)
})

test('one that the log does not count is not charged: its request died in between, or was refused', async () => {
  const account = await wantedByHand(world, '4242', false)
  await world.topUp({ account, topUp: WANTED })
  expect(await recordOf(account)).toMatchObject({ status: 'skipped', reason: 'cap-reached', payment: undefined })
})

test('one that was declined counts no more', async () => {
  const account = await wantedByHand(world, '9995')
  expect((await head(account)).tally?.bought?.pending).toHaveLength(1)
  await world.topUp({ account, topUp: WANTED })
  expect((await recordOf(account)).status).toBe('failed')
  expect((await head(account)).tally?.bought).toMatchObject({ day: '', pending: [] })
})

test('the provider’s page takes the wish for the bank’s confirmation', async () => {
  const account = await world.openAccount(undefined)
  const customer = await world.provider.createCustomer({ account, name: 'Acme', email: undefined })
  const page = await world.provider.checkout({
    name: { account, topUp: WANTED },
    customer,
    amount: quote(world.ports.purchases, credits('500000')).total,
    description: 'Credits',
    language: 'en',
    returnUrl: 'http://127.0.0.1:9/',
    storesMethod: false,
    confirmed: true,
  })
  expect(page.url).toContain('http')
})
