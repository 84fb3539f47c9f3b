import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Table } from '../../../shared/aws/table.ts'
import type { Gate } from '../../../shared/limits/gates/gate.ts'
import { gateKey } from '../../../shared/limits/gates/gates-of.ts'
import { putGate, readGate } from '../../../shared/limits/io/gates-table.ts'
import type * as chargedReservations from '../../../shared/limits/io/reservations/charged-reservations.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { MINUTE_MS } from '../../../shared/time/instant.ts'
import { type Api, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { accountWith, reservationsOf } from './reservation-calls.ts'

/** A page in each look, as if each page had more entries than one look reads. */
const looks = vi.hoisted(() => ({ n: 0 }))
vi.mock('../../../shared/limits/io/reservations/charged-reservations.ts', async (original) => ({
  ...(await original<typeof chargedReservations>()),
  readEarlier: async (_: unknown, fold: { readonly seq: () => number }, { seq }: Gate) => {
    looks.n += 1
    return { lookedUpTo: seq + 1 < fold.seq() ? seq + 1 : undefined, chargedAt: new Map() }
  },
}))

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

/** An account in which u-17 has spent so much, in twelve charges, and a gate that holds 2.00 € and was folded at page 1. */
async function accountWithOldGate(spent: number) {
  const account = await accountWith(api, { defaultTier: 'low' })
  const charge = chargesIn(api.tables)
  for (let n = 0; n < 12; n += 1) await charge(account, String(spent / 12))
  const gates = new Table(api.tables.documents, api.tables.names.gates)
  const key = gateKey(account, { of: 'user', user: 'u-17' })
  const hold = { id: 'r-1', credits: credits('200'), expiresAt: Date.now() + 10 * MINUTE_MS, takenAt: 1 }
  const holds = [{ ...hold, category: 'text', service: undefined } as const]
  await putGate(gates, key, 0, { seq: 1, head: 1, epoch: 0, holds }, Date.now())
  looks.n = 0
  return { reserve: reservationsOf(api, account).reserve, gate: async () => (await readGate(gates, key)).value }
}

describe('a gate that is too far behind to look at every page at once', () => {
  test('refuses for what is held only after it has looked at every page', async () => {
    const { reserve, gate } = await accountWithOldGate(12)
    expect((await reserve({ amount: { eur: '4' } })).body).toMatchObject({ reason: 'in-flight' })
    expect(looks.n).toBeGreaterThan(10)
    const { seq, head } = await gate()
    expect([seq + 1, head]).toEqual([head, head])
  })

  test.each([
    ['what the log alone has no room for', 600, {}, 'limit-reached'],
    ['what nobody can judge', 12, { category: 'nonsense' }, 'unknown-category'],
  ])('refuses %s without looking further', async (_, spent, wish, reason) => {
    const { reserve } = await accountWithOldGate(spent)
    expect((await reserve(wish)).body).toMatchObject({ reason })
    expect(looks.n).toBeLessThan(4)
  })

  test('lets pass what has room beside all that it may hold, and says at which page it was decided', async () => {
    const { reserve, gate } = await accountWithOldGate(12)
    expect((await reserve()).status).toBe(201)
    const { seq, head } = await gate()
    expect(seq).toBeLessThan(head)
  })
})
