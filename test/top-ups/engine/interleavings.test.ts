import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain } from '../../../shared/money/exact.ts'
import { inLong } from '../../world/long.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const paymentsOf = async (account: string) => {
  const found = []
  for await (const payment of world.provider.paymentsBetween(0, Date.now()))
    if (payment.account === account) found.push(payment)
  return found
}

/** What is left of it all: the same, whatever order it came in. */
async function endState(account: string) {
  const pages = await world.pages(account)
  const { balance, topUp } = pages.at(-1)!.header
  const payments = await paymentsOf(account)
  return {
    entries: pages.flatMap(({ entries }) => entries.map(({ kind }) => kind)),
    balance: plain(balance),
    topUp: topUp.kind,
    payments: payments.map(({ status }) => status),
  }
}

const lose = (percent: number) =>
  fetch(`${world.payments.address}/local/faults`, { method: 'POST', body: `lose=${percent}` })

/** A backup does not have it, nor the markers of its entries. */
async function losePage(account: string, seq: number): Promise<void> {
  const { documents, names } = world.tables
  await documents.send(new DeleteCommand({ TableName: names.log, Key: { account, seq } }))
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: names.markers }))
  for (const { identity } of Items.filter((item) => JSON.stringify(item).includes(account)))
    await documents.send(new DeleteCommand({ TableName: names.markers, Key: { identity } }))
}

describe('a webhook', () => {
  test('a hundred times, in any order and company of the answer of the API, ends in the same state', async () => {
    // Each: how many come at once, and which of the two says it: the provider, or the log.
    const deliveries = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean()), {
      minLength: 4,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(deliveries, fc.boolean(), async (batches, isProviderSilent) => {
        const account = await world.openAccount('4242')
        if (isProviderSilent) {
          await lose(100)
          await world.topUp({ account })
          await lose(0)
        }
        await Promise.all([1, 2, 3].map(() => world.topUp({ account })))
        const [payment] = await paymentsOf(account)
        let left = 100
        for (const [size, isWebhook] of batches) {
          const message = isWebhook ? { payment: payment!.id } : { account, topUp: 'auto-1' }
          left -= size
          await Promise.all(Array.from({ length: size }, () => world.topUp(message)))
        }
        await Promise.all(Array.from({ length: left }, () => world.topUp({ payment: payment!.id })))
        expect(await endState(account)).toEqual({
          entries: ['open', 'top-up'],
          balance: '10000',
          topUp: 'idle',
          payments: ['succeeded'],
        })
      }),
      { numRuns: inLong(2, 8) },
    )
  }, 240_000)

  test('that comes after a log lost its newest page to a backup brings the credits back, once', async () => {
    const account = await world.openAccount('4242')
    await world.topUp({ account })
    await losePage(account, 2)
    const [payment] = await paymentsOf(account)
    expect((await endState(account)).balance).toBe('0')
    for (let times = 0; times < 3; times += 1) expect(await world.topUp({ payment: payment!.id })).toBe(0)
    expect(await endState(account)).toMatchObject({ entries: ['open', 'top-up'], balance: '10000' })
  })
})

test('a log that lost its newest page and still waits gets the credits back without a word of the provider, once', async () => {
  const account = await world.openAccount('4242')
  await world.topUp({ account })
  await losePage(account, 2)
  expect(await endState(account)).toMatchObject({ topUp: 'open', balance: '0' })
  for (let times = 0; times < 3; times += 1) expect(await world.topUp({ account })).toBe(0)
  expect(await endState(account)).toMatchObject({ entries: ['open', 'top-up'], balance: '10000', topUp: 'idle' })
  expect(await paymentsOf(account)).toHaveLength(1)
})
