import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Services } from '../../../functions/access-api/services.ts'
import { openEpoch } from '../../../shared/ledger/io/archive/restore-account.ts'
import { gateKey } from '../../../shared/limits/gates/gates-of.ts'
import { reservationKey } from '../../../shared/limits/gates/reservation.ts'
import { putGate, putReservation, readGate, readReservation } from '../../../shared/limits/io/gates-table.ts'
import { MINUTE_MS, SECOND_MS } from '../../../shared/time/instant.ts'
import { type Api, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { accountWith, ceiling, reservationsOf } from './reservation-calls.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')

let api: Api
let services: Services
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  // Before the process wires itself up, which keeps the clock.
  vi.useFakeTimers({ toFake: ['Date'], now: NOON })
  api = await startApi()
  services = (await import('../../../functions/access-api/wiring.ts')).services
  charge = chargesIn(api.tables)
})
afterAll(async () => {
  await api.stop()
  vi.useRealTimers()
})
beforeEach(() => {
  vi.setSystemTime(NOON)
})
afterEach(() => services.gates.table.documents.middlewareStack.remove('meanwhile'))

/** Once the n-th read of the gates' table from now on was answered, something else happens, before whoever read goes on. */
function afterRead(nth: number, meanwhile: () => Promise<unknown>): void {
  let reads = 0
  services.gates.table.documents.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { TableName } = args.input as { readonly TableName?: string }
        const result = await next(args)
        if (TableName !== services.gates.table.name || commandName !== 'GetItemCommand') return result
        reads += 1
        if (reads === nth) await meanwhile()
        return result
      },
    { step: 'initialize', name: 'meanwhile' },
  )
}

const low = { defaultTier: 'low' }
/** The record, the gate by which it is judged, the gate that is to be changed. */
const [RECORD, GATE_TO_CHANGE] = [1, 3]

describe('a reservation that nobody charged', () => {
  test('and two release at once, is released for both', async () => {
    const { reserve, release } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve()
    afterRead(RECORD, async () => expect((await release(held.reservation)).status).toBe(200))
    expect(await release(held.reservation)).toMatchObject({ status: 200, body: { state: 'released' } })
  })

  test('and is renewed while another releases it, is said to be released', async () => {
    const { reserve, release, renew } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve()
    afterRead(RECORD, async () => expect((await release(held.reservation)).status).toBe(200))
    expect((await renew(held.reservation)).body).toMatchObject({ code: 'reservation.released' })
  })

  test('and is renewed the moment it expires, is said to have expired, and nothing is held of it', async () => {
    const { reserve, renew } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve({ expiresInSeconds: 60 })
    vi.setSystemTime(NOON + 60 * SECOND_MS - 1)
    afterRead(GATE_TO_CHANGE - 1, async () => {
      vi.setSystemTime(NOON + 60 * SECOND_MS)
      expect((await reserve()).status).toBe(201)
    })
    expect((await renew(held.reservation)).body).toMatchObject({ code: 'reservation.expired' })
    expect((await reserve({ amount: { credits: '497' } })).status).toBe(201)
  })

  test('and was let go by a process whose clock is ahead, is said to have expired', async () => {
    const { reserve, renew, release } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve({ expiresInSeconds: 60 })
    vi.setSystemTime(NOON + MINUTE_MS)
    await reserve()
    vi.setSystemTime(NOON + 55 * SECOND_MS)
    expect((await renew(held.reservation)).body).toMatchObject({ code: 'reservation.expired' })
    expect((await release(held.reservation)).status).toBe(200)
  })

  test('and is forgotten while it is settled, is not found', async () => {
    const { reserve, settle } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve()
    const { documents, name } = services.gates.table
    const Key = { scope: reservationKey(held.reservation) }
    afterRead(RECORD, () => documents.send(new DeleteCommand({ TableName: name, Key })))
    expect(await settle(held.reservation, '2')).toMatchObject({ status: 404, body: { code: 'reservation.not-found' } })
  })
})

describe('a reservation that was charged', () => {
  test('between the two looks of who renews it, is said to be charged, and is held in no gate', async () => {
    const account = await accountWith(api, { ...low, ceilings: [ceiling()] })
    const { reserve, renew } = reservationsOf(api, account)
    const { body: held } = await reserve({ group: 'sales' })
    afterRead(4, async () => {
      await charge(account, '2', { group: 'sales', reservation: held.reservation })
      await reserve()
    })
    expect((await renew(held.reservation, 1000)).body).toMatchObject({ code: 'reservation.charged' })
    const { value: gate } = await readGate(services.gates.table, gateKey(account, { of: 'group', group: 'sales' }))
    expect(gate.holds).toEqual([])
  })

  test('on a page after the cut of a restore is known as charged, though it was decided at a later page of the lost log', async () => {
    const account = await accountWith(api, low)
    const { reserve, release } = reservationsOf(api, account)
    const { body: held } = await reserve()
    const restored = { epoch: 1, key: 'k', actor: 'olga', at: NOON, reason: 'lost' }
    const { writer } = (await import('../../../functions/account-api/wiring.ts')).services
    await openEpoch(writer, account, restored, () => 20_000)
    const { version, value } = (await readReservation(services.gates.table, held.reservation))!
    await putReservation(services.gates.table, version, { ...value, takenAt: 50 })
    await charge(account, '2', { reservation: held.reservation })
    const key = gateKey(account, { of: 'user', user: 'u-17' })
    await putGate(
      services.gates.table,
      key,
      (await readGate(services.gates.table, key)).version,
      { seq: 3, head: 3, epoch: 1, holds: [] },
      NOON,
    )
    expect((await release(held.reservation)).body).toMatchObject({ code: 'reservation.charged' })
  })
})
