import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEpoch, reappend } from '../../../shared/ledger/io/archive/restore-account.ts'
import { readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { WANTED, wantedByHand } from './wanted-by-hand.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const head = async (account: string) => (await world.pages(account)).at(-1)!.header
const pendingOf = async (account: string) => (await head(account)).tally?.bought?.pending.map(({ id }) => id)

/** The log goes back to before the purchase, is reconciled, and only then gets its archived pages back. */
async function restoredLate(account: string): Promise<void> {
  const { documents, names } = world.tables
  const pages = await world.pages(account)
  const first = pages.findIndex(({ entries }) => entries.some(({ kind }) => kind === 'top-up-wanted'))
  const lost = pages.slice(first)
  for (const { header } of lost)
    await documents.send(new DeleteCommand({ TableName: names.log, Key: { account, seq: header.seq } }))
  const restore = { epoch: 1, key: 'restore-1', actor: 'olga', at: Date.now(), reason: 'table lost' }
  const { writer } = world.freshPorts()
  await openEpoch(writer, account, restore, () => 60_000)
  await world.topUp({ account })
  for (const { entries } of lost) await reappend(world.freshPorts().writer, account, entries, () => 60_000)
}

test.for([
  ['a purchase that was paid', '4242', 'credited'],
  ['a purchase that was declined', '9995', 'failed'],
] as const)(
  '%s is not pending for ever in a restored log that was told of its end first',
  async ([, lastFour, status]) => {
    const account = await wantedByHand(world, lastFour)
    await world.topUp({ account, topUp: WANTED })
    expect((await readTopUp(world.ports.topUps, account, WANTED))?.status).toBe(status)
    expect(await pendingOf(account)).toEqual([])
    await restoredLate(account)
    await world.topUp({ account })
    expect(await pendingOf(account)).toEqual([])
  },
)

test('a purchase whose record is lost gives its room back', async () => {
  const account = await wantedByHand(world, '4242')
  const { documents, names } = world.tables
  await documents.send(new DeleteCommand({ TableName: names.top_ups, Key: { account, top_up: WANTED } }))
  await world.topUp({ account })
  expect(await pendingOf(account)).toEqual([])
})

test('a purchase that can still be paid stays pending', async () => {
  const account = await wantedByHand(world, '4242')
  await world.topUp({ account })
  expect(await pendingOf(account)).toEqual([WANTED])
})
