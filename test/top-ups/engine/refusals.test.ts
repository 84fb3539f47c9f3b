import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topUp } from '../../../functions/top-up/top-up.ts'
import type { EventBus } from '../../../shared/events/io/event-bus.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { OutcomeUnknown, type PaymentProvider, PaymentRefused } from '../../../shared/payments/provider.ts'
import { putTopUp, readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { quote } from '../../../shared/top-ups/quote.ts'
import { newTopUp } from '../../../shared/top-ups/top-up.ts'
import { startWorld, tools, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const headerOf = async (account: string) => (await world.pages(account)).at(-1)!.header
const recordOf = (account: string, id = 'auto-1') => readTopUp(world.ports.topUps, account, id)
const paymentsOf = async (account: string) => {
  const found = []
  for await (const payment of world.provider.paymentsBetween(0, Date.now()))
    if (payment.account === account) found.push(payment)
  return found
}
const statusesOf = async (account: string) => (await paymentsOf(account)).map(({ status }) => status)
const refuse = (): Promise<never> => Promise.reject(new PaymentRefused('that', new Error('we never do that')))

describe('what the provider refuses', () => {
  test('of the page ends the payment there, and the top-up as refused', async () => {
    const account = await world.openAccount('3184')
    const provider: PaymentProvider = { ...world.provider, checkout: refuse }
    expect(await world.topUpWith({ provider }, { account })).toBe(0)
    expect((await headerOf(account)).topUp).toMatchObject({ kind: 'waiting', reason: 'provider-refused' })
    expect(await statusesOf(account)).toEqual(['canceled'])
  })

  test('of the cancellation does not keep a decline from counting', async () => {
    const account = await world.openAccount('9995')
    const provider: PaymentProvider = { ...world.provider, cancel: refuse }
    expect(await world.topUpWith({ provider }, { account })).toBe(0)
    const { topUp: state, tally } = await headerOf(account)
    expect(state).toMatchObject({ kind: 'waiting', reason: 'declined' })
    expect(tally).toMatchObject({ declines: 1 })
  })

  test('of the charge ends the top-up, and nothing was begun', async () => {
    const account = await world.openAccount('4242')
    const provider: PaymentProvider = { ...world.provider, charge: refuse }
    expect(await world.topUpWith({ provider }, { account })).toBe(0)
    expect((await headerOf(account)).topUp).toMatchObject({ kind: 'waiting', reason: 'provider-refused' })
  })
})

test('a record that got lost while its payment is under way finds it again, though no card is stored by now', async () => {
  const account = await world.openAccount('0077')
  await world.topUp({ account })
  const { documents, names } = world.tables
  await documents.send(new DeleteCommand({ TableName: names.top_ups, Key: { account, top_up: 'auto-1' } }))
  const provider: PaymentProvider = { ...world.provider, methodOf: async () => undefined }
  expect(await world.topUpWith({ provider }, { account })).toBe(0)
  expect((await headerOf(account)).topUp).toMatchObject({ kind: 'open', of: '1' })
  expect(await recordOf(account)).toMatchObject({ status: 'processing' })
  expect(await statusesOf(account)).toEqual(['processing'])
})

test('a record that got lost while its payer is asked finds the page again, and is paid there once', async () => {
  const account = await world.openAccount('3184')
  await world.topUp({ account })
  const { checkout } = (await recordOf(account))!
  const { documents, names } = world.tables
  await documents.send(new DeleteCommand({ TableName: names.top_ups, Key: { account, top_up: 'auto-1' } }))
  expect(await world.topUp({ account })).toBe(0)
  expect(await recordOf(account)).toMatchObject({ status: 'needs-action', checkout })
  expect((await headerOf(account)).topUp).toMatchObject({ kind: 'open', of: '1' })
  await world.visit(checkout!.url, '4242424242424242')
  await world.topUp({ checkout: checkout!.id })
  expect(await recordOf(account)).toMatchObject({ status: 'credited' })
  expect(await statusesOf(account)).toEqual(['succeeded', 'canceled'])
})

test('a decline on a page that its record does not know ends no top-up beside that page', async () => {
  const account = await world.openAccount('3184')
  let url = ''
  const dying: PaymentProvider = {
    ...world.provider,
    checkout: async (request) => {
      url = (await world.provider.checkout(request)).url
      throw new OutcomeUnknown('the page', new Error('died before the record says so'))
    },
  }
  expect(await world.topUpWith({ provider: dying }, { account })).toBe(1)
  expect(await recordOf(account)).toMatchObject({ status: 'paying', checkout: undefined })
  await world.visit(url, '4000000000000002')
  for (const { id, status } of await paymentsOf(account)) if (status === 'declined') await world.topUp({ payment: id })
  expect((await headerOf(account)).topUp).toMatchObject({ kind: 'open', of: '1' })
  await world.visit(url, '4242424242424242')
  for (const { id } of await paymentsOf(account)) await world.topUp({ payment: id })
  expect(await recordOf(account)).toMatchObject({ status: 'credited' })
  expect((await statusesOf(account)).filter((status) => status === 'succeeded')).toHaveLength(1)
})

test('that a purchase by hand failed is told by the next word of the provider, where the bus was away', async () => {
  const account = await world.openAccount('9995')
  const told: string[] = []
  const busThat = (send: (detail: string) => void): EventBus => {
    const client = {
      send: async ({ input }: { readonly input: { readonly Entries: readonly { readonly Detail: string }[] } }) => {
        for (const { Detail } of input.Entries) send(Detail)
        return { FailedEntryCount: 0, Entries: [{}] }
      },
    }
    return { client: client as unknown as EventBus['client'], name: 'bus' }
  }
  const bought = { credits: credits('10000'), price: quote(world.ports.purchases, credits('10000')) }
  const origin = { kind: 'manual', key: 'k', actor: 'olga', by: 'method' } as const
  await putTopUp(
    world.ports.topUps,
    newTopUp({ account, id: 'manual-1', origin, ...bought, billing: { version: 0, language: 'de' }, at: Date.now() }),
  )
  const away = busThat(() => {
    throw new Error('the bus is away')
  })
  expect(await world.topUpWith({ bus: away }, { account, topUp: 'manual-1' })).toBe(1)
  expect(await recordOf(account, 'manual-1')).toMatchObject({ status: 'failed' })
  const [payment] = await paymentsOf(account)
  await world.topUpWith({ bus: busThat((detail) => told.push(detail)) }, { payment: payment!.id })
  expect(told.map((detail) => (JSON.parse(detail) as { readonly id: string }).id)).toEqual([
    `${account}#manual-1#failed`,
  ])
})

test('a slow provider costs the messages that were not begun a receive, and none that were finished', async () => {
  let left = 60_000
  const asked: string[] = []
  const provider: PaymentProvider = {
    ...world.provider,
    payment: async (id) => {
      asked.push(id)
      if (id === 'pi_fast') return undefined
      left -= 20_000
      throw new OutcomeUnknown(id, new Error('no answer in 20 s'))
    },
  }
  const Records = ['pi_fast', 'pi_1', 'pi_2', 'pi_3'].map((payment) => ({
    messageId: payment,
    body: JSON.stringify({ payment }),
  }))
  const answer = await topUp({ ...world.ports, provider })({ Records } as unknown as SQSEvent, {
    ...tools,
    remainingMs: () => left,
  })
  expect(asked).toEqual(['pi_fast', 'pi_1'])
  expect(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['pi_1', 'pi_2', 'pi_3'])
})

test('the provider on this machine refuses a confirmation that might lead the payer elsewhere, as Stripe does', async () => {
  const account = await world.openAccount('4242')
  const customer = await world.provider.createCustomer({ account, name: 'Acme', email: undefined })
  const method = (await world.provider.methodOf(customer))!.id
  const charge = (more: object) =>
    fetch(`${world.payments.address}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: 'Bearer rk_test_integration' },
      body: new URLSearchParams({
        amount: '1000',
        currency: 'eur',
        customer,
        payment_method: method,
        confirm: 'true',
        ...more,
      }),
    })
  expect((await charge({})).status).toBe(400)
  expect((await charge({ 'automatic_payment_methods[enabled]': 'true' })).status).toBe(400)
  expect((await charge({ return_url: 'https://example.com/' })).status).toBe(200)
  const never = { 'automatic_payment_methods[enabled]': 'true', 'automatic_payment_methods[allow_redirects]': 'never' }
  expect((await charge(never)).status).toBe(200)
})
