import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { credits } from '../../../shared/money/amounts.ts'
import type { PaymentProvider } from '../../../shared/payments/provider.ts'
import { OutcomeUnknown } from '../../../shared/payments/provider.ts'
import { MINUTE_MS } from '../../../shared/time/instant.ts'
import { settings, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const entriesOf = async (account: string) =>
  (await world.pages(account)).flatMap(({ entries }) => entries.map((entry) => entry.kind))
const stateOf = async (account: string) => (await world.pages(account)).at(-1)?.header.topUp
const paymentsOf = async (account: string) => {
  const found = []
  for await (const payment of world.provider.paymentsBetween(0, Date.now()))
    if (payment.account === account) found.push(payment)
  return found
}
const recordOf = async (account: string, topUp = 'auto-1') =>
  (
    await world.tables.documents.send(
      new GetCommand({ TableName: world.tables.names.top_ups, Key: { account, top_up: topUp } }),
    )
  ).Item

/** The request to charge gets lost on its way, or comes late. */
const losingCharges = (): { readonly provider: PaymentProvider; readonly arrive: () => Promise<unknown> } => {
  let late: Parameters<PaymentProvider['charge']>[0] | undefined
  return {
    provider: {
      ...world.provider,
      charge: async (request) => {
        late = request
        throw new OutcomeUnknown('a charge', new Error('no answer'))
      },
    },
    arrive: async () => late && (await world.provider.charge(late)),
  }
}

/** A top-up whose charge never came to the provider. */
async function accountWithLostCharge() {
  const account = await world.openAccount('4242')
  const { provider, arrive } = losingCharges()
  expect(await world.topUpWith({ provider }, { account })).toBe(1)
  expect(await recordOf(account)).toMatchObject({ status: 'paying' })
  return { account, arrive }
}

describe('a top-up whose charge never came to the provider', () => {
  test('is charged by the next message, while it is still wanted', async () => {
    const { account } = await accountWithLostCharge()
    await world.topUp({ account })
    expect(await entriesOf(account)).toEqual(['open', 'top-up'])
  })

  test('is not charged after automatic top-up was switched off', async () => {
    const { account } = await accountWithLostCharge()
    await world.putSettings(account, undefined)
    await world.topUp({ account })
    world.pass(11 * MINUTE_MS)
    await world.topUp({ account })
    expect(await paymentsOf(account)).toEqual([])
    expect(await entriesOf(account)).toEqual(['open', 'settings', 'top-up-ended'])
    expect(await stateOf(account)).toEqual({ kind: 'off' })
    expect(await recordOf(account)).toMatchObject({ status: 'skipped', reason: 'off' })
  })

  test('is not charged above a cap that was lowered meanwhile', async () => {
    const { account } = await accountWithLostCharge()
    const { autoTopUp } = settings
    await world.putSettings(account, { ...autoTopUp!, monthlyCap: { ...autoTopUp!.monthlyCap, number: 0 } })
    world.pass(11 * MINUTE_MS)
    await world.topUp({ account })
    expect(await paymentsOf(account)).toEqual([])
    expect(await stateOf(account)).toMatchObject({ kind: 'waiting', reason: 'cap-reached' })
  })

  test('is not charged above a threshold that was lowered meanwhile', async () => {
    const { account } = await accountWithLostCharge()
    await world.putSettings(account, { ...settings.autoTopUp!, threshold: credits('0') })
    world.pass(11 * MINUTE_MS)
    await world.topUp({ account })
    expect(await paymentsOf(account)).toEqual([])
    expect(await stateOf(account)).toEqual({ kind: 'idle' })
  })

  test('stays open while its charge may still be under way, and nothing is bought in its place', async () => {
    const { account, arrive } = await accountWithLostCharge()
    await world.putSettings(account, undefined)
    world.pass(MINUTE_MS)
    await world.topUp({ account })
    expect(await stateOf(account)).toMatchObject({ kind: 'open', of: '1' })
    await arrive()
    await world.topUp({ account })
    expect(await entriesOf(account)).toEqual(['open', 'settings', 'top-up'])
  })

  test('and comes there after it was ended, is credited', async () => {
    const { account, arrive } = await accountWithLostCharge()
    await world.putSettings(account, undefined)
    world.pass(11 * MINUTE_MS)
    await world.topUp({ account })
    await arrive()
    await world.topUp({ payment: (await paymentsOf(account))[0]!.id })
    expect(await entriesOf(account)).toEqual(['open', 'settings', 'top-up-ended', 'top-up'])
    expect(await recordOf(account)).toMatchObject({ status: 'credited' })
  })
})
