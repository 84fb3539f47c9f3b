import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEpoch } from '../../../shared/ledger/io/archive/restore-account.ts'
import { OutOfTime } from '../../../shared/ledger/io/commit/proposal.ts'
import { reconcileAccount } from '../../../shared/top-ups/io/reconcile/reconcile-account.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

test('a reconciliation that has no time says so, so that its message comes back and an alarm tells of it', async () => {
  const account = await world.openAccount('4242')
  await world.topUp({ account })
  const { writer } = world.freshPorts()
  const restore = { epoch: 1, key: 'restore-1', actor: 'olga', at: Date.now(), reason: 'table lost' }
  await openEpoch(writer, account, restore, () => 60_000)
  const working = { now: Date.now, remainingMs: () => 10_000, report: () => undefined }
  await expect(reconcileAccount({ ...world.freshPorts(), ...working }, account)).rejects.toThrow(OutOfTime)
  await world.topUp({ account })
  expect((await world.pages(account)).at(-1)!.header.tally?.reconciling).toBeUndefined()
})
