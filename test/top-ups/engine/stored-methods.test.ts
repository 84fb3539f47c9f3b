import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hintOf } from '../../../functions/payment-webhook/payment-webhook.ts'
import type { LogWriter } from '../../../shared/ledger/io/log-writer.ts'
import type { PaymentProvider } from '../../../shared/payments/provider.ts'
import { readPayer } from '../../../shared/top-ups/io/payers-table.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const entriesOf = async (account: string) =>
  (await world.pages(account)).flatMap(({ entries }) => entries.map((entry) => entry.kind))
const stateOf = async (account: string) => (await world.pages(account)).at(-1)?.header.topUp
const payerIn = async (account: string) => (await readPayer(world.ports.accounts, account))!

async function storeCard(account: string, card = '4242424242424242') {
  const { customer } = await payerIn(account)
  const of = { customer, key: `${account}-again`, language: 'en', returnUrl: 'http://127.0.0.1:9/' }
  await world.visit((await world.provider.setup(of)).url, card)
  return customer
}

describe('a card that is stored', () => {
  test('ends a suspension, whichever of its messages comes', async () => {
    const account = await world.openAccount('9987')
    await world.topUp({ account })
    const customer = await storeCard(account)
    expect(await world.topUp({ customer })).toBe(0)
    expect(await entriesOf(account)).toEqual(['open', 'top-up-ended', 'top-up-retry', 'top-up'])
    expect((await payerIn(account)).method).toMatchObject({ lastFour: '4242' })
  })

  test('ends it though the log could not be written when it was first heard of', async () => {
    const account = await world.openAccount('9987')
    await world.topUp({ account })
    const customer = await storeCard(account)
    const commit = () => Promise.reject(new Error('the log is away'))
    const writer = { commit } as unknown as LogWriter
    expect(await world.topUpWith({ writer }, { customer })).toBe(1)
    expect(await stateOf(account)).toMatchObject({ kind: 'suspended' })
    expect(await world.topUp({ customer })).toBe(0)
    expect(await entriesOf(account)).toEqual(['open', 'top-up-ended', 'top-up-retry', 'top-up'])
  })

  test('while the one before it is declined is charged next, whichever is heard of first', async () => {
    const account = await world.openAccount('9987')
    const provider: PaymentProvider = {
      ...world.provider,
      charge: async (request) => {
        const customer = await storeCard(account)
        // The log is open still: nothing waits for a card.
        expect(await world.topUpWith({ provider: world.provider }, { customer })).toBe(0)
        return await world.provider.charge(request)
      },
    }
    await world.topUpWith({ provider }, { account })
    await world.topUp({ account })
    expect(await entriesOf(account)).toEqual(['open', 'top-up-ended', 'top-up-retry', 'top-up'])
  })

  test('while a top-up is being skipped for want of one is charged next', async () => {
    const account = await world.openAccount(undefined)
    let isFirst = true
    const provider: PaymentProvider = {
      ...world.provider,
      methodOf: async (customer) => {
        if (!isFirst) return await world.provider.methodOf(customer)
        isFirst = false
        await storeCard(account)
        expect(await world.topUp({ customer })).toBe(0)
        return undefined
      },
    }
    // The log is ended by whoever is first; the other finds it so.
    await world.topUpWith({ provider }, { account })
    await world.topUp({ account })
    expect((await entriesOf(account)).at(-1)).toBe('top-up')
    expect(await stateOf(account)).toEqual({ kind: 'idle' })
  })

  test('and declined as well suspends again', async () => {
    const account = await world.openAccount('9987')
    await world.topUp({ account })
    const customer = await storeCard(account, '4000000000009987')
    for (let times = 0; times < 3; times += 1) await world.topUp({ customer })
    expect(await entriesOf(account)).toEqual(['open', 'top-up-ended', 'top-up-retry', 'top-up-ended'])
    expect(await stateOf(account)).toMatchObject({ kind: 'suspended', reason: 'declined' })
  })
})

test('the webhook says whose card was stored or chosen', () => {
  const about = (type: string, object: object) => hintOf({ id: 'evt_1', type, object: { ...object } })
  expect(about('payment_method.attached', { id: 'pm_1', customer: 'cus_1' })).toEqual({ customer: 'cus_1' })
  expect(about('payment_method.attached', { id: 'pm_1', customer: null })).toBeUndefined()
  expect(about('customer.updated', { id: 'cus_1' })).toEqual({ customer: 'cus_1' })
  expect(about('customer.deleted', { id: 'cus_1' })).toBeUndefined()
})
