import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PaymentProvider, PaymentRefused } from '../../../shared/payments/provider.ts'
import { HOUR_MS } from '../../../shared/time/instant.ts'
import { payerOf } from '../../../shared/top-ups/io/by-hand/payer-of.ts'
import { readPayer } from '../../../shared/top-ups/io/payers-table.ts'
import { advanceTopUp } from '../../../shared/top-ups/io/steps/advance-top-up.ts'
import { readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { SECRET, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const entriesOf = async (account: string) =>
  (await world.pages(account)).flatMap(({ entries }) => entries.map((entry) => entry.kind))
const stateOf = async (account: string) => (await world.pages(account)).at(-1)?.header.topUp
const customerOf = async (account: string) => (await readPayer(world.ports.accounts, account))!.customer
/** Stripe answers so where the customer is gone. */
const gone = (): Promise<never> => Promise.reject(new PaymentRefused('the payments', new Error('No such customer')))

describe('a customer who was deleted at the provider', () => {
  const deleteCustomer = (id: string) =>
    fetch(`${world.payments.address}/v1/customers/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${SECRET.apiKey}` },
    })

  test('ends the top-up as refused by the provider, and the next card is stored with another customer', async () => {
    const account = await world.openAccount('4242')
    const former = await customerOf(account)
    await deleteCustomer(former)
    expect(await world.topUp({ account })).toBe(0)
    expect(await stateOf(account)).toMatchObject({ kind: 'waiting', reason: 'provider-refused' })

    const { customer } = await payerOf(account, 'Acme', world.ports)
    expect(customer).not.toBe(former)
    expect((await payerOf(account, 'Acme', world.ports)).customer).toBe(customer)
    const of = { customer, key: `${account}-again`, language: 'en', returnUrl: 'http://127.0.0.1:9/' }
    await world.visit((await world.provider.setup(of)).url, '4242424242424242')
    expect(await world.topUp({ customer })).toBe(0)
    expect(await entriesOf(account)).toEqual(['open', 'top-up-ended', 'top-up-retry', 'top-up'])
  })

  test('whose payment failed without a word ends its top-up by the next look', async () => {
    const account = await world.openAccount('0077')
    await world.topUp({ account })
    const failed = async (id: string) => {
      const payment = (await world.provider.payment(id))!
      return { ...payment, status: 'canceled', decline: { code: 'generic_decline', isHard: false } } as const
    }
    const provider: PaymentProvider = {
      ...world.provider,
      paymentsFor: gone,
      openCheckouts: gone,
      methodOf: gone,
      payment: failed,
      cancel: failed,
    }
    const record = (await readTopUp(world.ports.topUps, account, 'auto-1'))!
    expect(record).toMatchObject({ status: 'processing' })
    const working = { now: () => Date.now() + HOUR_MS, report: () => undefined, remainingMs: () => 60_000 }
    expect(await advanceTopUp({ ...world.ports, ...working, provider }, record)).toMatchObject({ status: 'failed' })
  })

  test('does not end a top-up whose payment is on its way', async () => {
    const account = await world.openAccount('0077')
    await world.topUp({ account })
    const provider: PaymentProvider = { ...world.provider, paymentsFor: gone, methodOf: gone }
    world.pass(HOUR_MS)
    expect(await world.topUpWith({ provider }, { account, topUp: 'auto-1' })).toBe(0)
    expect(await stateOf(account)).toMatchObject({ kind: 'open' })
  })
})
