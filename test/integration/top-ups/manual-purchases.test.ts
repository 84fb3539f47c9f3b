import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TopUpWantedEntry } from '../../../shared/account-log/entry.ts'
import { identityOf } from '../../../shared/account-log/identity.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { putTopUp, readTopUp } from '../../../shared/store/top-ups-table.ts'
import { newTopUp } from '../../../shared/top-ups/new-top-up.ts'
import { quote } from '../../../shared/top-ups/quote.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const ID = 'manual-1'
const head = async (account: string) => (await world.pages(account)).at(-1)!.header
const recordOf = async (account: string) => (await readTopUp(world.ports.topUps, account, ID))!

/** What a person wants to pay with the stored method; counted in the log, or not. */
async function wanted(lastFour: string, isCounted: boolean): Promise<string> {
  const account = await world.openAccount(lastFour)
  await world.putSettings(account, undefined)
  await world.topUp({ account })
  const origin = { kind: 'manual', key: 'k', actor: 'olga', by: 'method', counted: true } as const
  const bought = { credits: credits('10000'), price: quote(world.ports.purchases, credits('10000')) }
  const billing = { version: 0, language: 'de' } as const
  await putTopUp(world.ports.topUps, newTopUp({ account, id: ID, origin, ...bought, billing, at: Date.now() }))
  if (!isCounted) return account
  const paid = bought.price.total
  const entry: TopUpWantedEntry = { kind: 'top-up-wanted', key: ID, actor: 'olga', at: Date.now(), paid }
  const settle = () => ({ kind: 'entry' as const, entry })
  const proposal = { identity: identityOf(entry, account), boundAt: undefined, differenceFrom: () => [], settle }
  await world.freshPorts().writer.commit(account, [proposal], () => 60_000)
  return account
}

test('a purchase that the log counts is charged, and counts in the day that it was paid on', async () => {
  const account = await wanted('4242', true)
  await world.topUp({ account, topUp: ID })
  expect((await recordOf(account)).status).toBe('credited')
  const { tally } = await head(account)
  expect(tally?.bought?.pending).toEqual([])
  expect(tally?.bought?.paidThatDay.toFixed(2)).toBe('100.00')
  expect(tally?.bought?.day).toMatch(/^\d{4}-\d\d-\d\d$/)
})

test('one that the log does not count is not charged: its request died in between, or was refused', async () => {
  const account = await wanted('4242', false)
  await world.topUp({ account, topUp: ID })
  expect(await recordOf(account)).toMatchObject({ status: 'skipped', reason: 'cap-reached', payment: undefined })
})

test('one that was declined counts no more', async () => {
  const account = await wanted('9995', true)
  expect((await head(account)).tally?.bought?.pending).toHaveLength(1)
  await world.topUp({ account, topUp: ID })
  expect((await recordOf(account)).status).toBe('failed')
  expect((await head(account)).tally?.bought).toMatchObject({ day: '', pending: [] })
})

test('the provider’s page takes the wish for the bank’s confirmation', async () => {
  const account = await world.openAccount(undefined)
  const customer = await world.provider.createCustomer({ account, name: 'Acme', email: undefined })
  const page = await world.provider.checkout({
    ...{ name: { account, topUp: ID }, customer, amount: quote(world.ports.purchases, credits('500000')).total },
    ...{
      description: 'Credits',
      language: 'en',
      returnUrl: 'http://127.0.0.1:9/',
      storesMethod: false,
      confirmed: true,
    },
  })
  expect(page.url).toContain('http')
})
