import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AutoTopUp } from '../../../shared/ledger/entries/auto-top-up.ts'
import { amountText, credits, euros } from '../../../shared/money/amounts.ts'
import { OutcomeUnknown } from '../../../shared/payments/provider.ts'
import { MINUTE_MS } from '../../../shared/time/instant.ts'
import { readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

/** Buys 30 € three times to reach 70.00 €: 90.00 € at once, where the month has room for it. */
const auto = (cap: string): AutoTopUp => ({
  threshold: credits('7000'),
  buys: { kind: 'amount', amount: credits('3000'), mostPerPurchase: credits('9000') },
  monthlyCap: { paid: euros(cap), number: 5 },
  cooldownMinutes: 0,
})

const creditsOf = async (account: string) =>
  (await world.pages(account))
    .flatMap(({ entries }) => entries.filter((entry) => entry.kind === 'top-up'))
    .map((entry) => ({ eur: amountText(entry.credits).eur, paid: entry.paid.toFixed(2) }))
const stateOf = async (account: string) => (await world.pages(account)).at(-1)!.header.topUp

const loseRecord = async (account: string, id: string): Promise<unknown> =>
  await world.tables.documents.send(
    new DeleteCommand({ TableName: world.tables.names.top_ups, Key: { account, top_up: id } }),
  )
/** Of the top-up that is open. */
const recordOf = async (account: string) => {
  const { of } = (await stateOf(account)) as { of: string }
  return (await readTopUp(world.ports.topUps, account, `auto-${of}`))!
}

/** An account whose card was charged 60.00 €, the room of its month; the answer was lost, and then the record. */
async function accountChargedWithoutRecord(lastFour = '4242'): Promise<{ account: string; payment: string }> {
  const account = await world.openAccount(lastFour)
  await world.putSettings(account, undefined)
  // The first page's own top-up ends, since it is off.
  await world.topUp({ account })
  await world.putSettings(account, auto('70'))
  const { kind, of } = (await stateOf(account)) as { kind: string; of: string }
  expect(kind).toBe('open')
  let payment = ''
  const provider = {
    ...world.provider,
    charge: async (request: Parameters<World['provider']['charge']>[0]) => {
      payment = (await world.provider.charge(request)).id
      throw new OutcomeUnknown('a charge', new Error('no answer'))
    },
  }
  expect(await world.topUpWith({ provider }, { account })).toBe(1)
  await loseRecord(account, `auto-${of}`)
  return { account, payment }
}

test('a payment whose record is lost is credited after automatic top-up was switched off, as it was bought', async () => {
  const { account } = await accountChargedWithoutRecord()
  await world.putSettings(account, undefined)
  await world.topUp({ account })
  expect(await creditsOf(account)).toEqual([{ eur: '60.00', paid: '60.00' }])
  expect(await stateOf(account)).toEqual({ kind: 'off' })
})

test('and after a higher cap gave the month more room', async () => {
  const { account, payment } = await accountChargedWithoutRecord()
  await world.putSettings(account, auto('500'))
  await world.topUp({ payment })
  // Then the rest of the gap is bought.
  expect(await creditsOf(account)).toEqual([
    { eur: '60.00', paid: '60.00' },
    { eur: '30.00', paid: '30.00' },
  ])
})

test('a declined payment whose record is lost ends its top-up after the settings changed', async () => {
  const { account } = await accountChargedWithoutRecord('9995')
  await world.putSettings(account, auto('500'))
  await world.topUp({ account })
  world.pass(11 * MINUTE_MS)
  await world.topUp({ account })
  expect(await creditsOf(account)).toEqual([])
  expect(await stateOf(account)).toMatchObject({ kind: 'waiting', reason: 'declined' })
})

test('a page that its payer was sent to is found again, though the settings changed, and is credited as it is paid', async () => {
  const { account } = await accountChargedWithoutRecord('3184')
  // The payer was asked, and the record that knows the page was lost.
  await world.topUp({ account })
  const { id, checkout } = await recordOf(account)
  await loseRecord(account, id)
  await world.putSettings(account, auto('500'))
  await world.topUp({ account })
  expect(await recordOf(account)).toMatchObject({ status: 'needs-action', checkout, credits: credits('6000') })
  await world.visit(checkout!.url, '4242424242424242')
  await world.topUp({ checkout: checkout!.id })
  expect((await creditsOf(account))[0]).toEqual({ eur: '60.00', paid: '60.00' })
})
