import { randomUUID } from 'node:crypto'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Table } from '../../../shared/aws/table.ts'
import { MOST_HOLDS } from '../../../shared/limits/gates/gate.ts'
import { gateKey } from '../../../shared/limits/gates/gates-of.ts'
import { reservationId } from '../../../shared/limits/gates/reservation.ts'
import { putGate, readGate } from '../../../shared/limits/io/gates-table.ts'
import { credits } from '../../../shared/money/amounts.ts'
import { type Api, freshAccount, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { setLimits } from './limit-settings.ts'
import { accountWith, ceiling, reservationsOf } from './reservation-calls.ts'

let api: Api
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  api = await startApi()
  charge = chargesIn(api.tables)
})
afterAll(() => api.stop())

const low = { defaultTier: 'low' }

describe('a reservation', () => {
  test('is held beside what is spent, and named for its event', async () => {
    const account = await accountWith(api, low)
    await charge(account, '100')
    const { reserve } = reservationsOf(api, account)
    const first = await reserve({ amount: { eur: '3' } })
    expect(first).toMatchObject({
      status: 201,
      body: {
        allowed: true,
        reason: 'ok',
        amount: { credits: '300' },
        limitSource: { kind: 'tier', tier: 'low' },
        reservation: expect.stringMatching(/^r-/),
        spent: { credits: '100' },
        held: { credits: '0' },
        seq: 4,
      },
    })
    expect((await reserve({ amount: { eur: '1' } })).body).toMatchObject({
      allowed: true,
      held: { credits: '300' },
      remaining: { credits: '0' },
    })
    expect(await reserve({ amount: { eur: '0.01' } })).toMatchObject({
      status: 200,
      body: { allowed: false, reason: 'in-flight', remaining: { credits: '0' } },
    })
  })

  test('is shown as it stands: held, charged, released or expired', async () => {
    const account = await accountWith(api, low)
    const { reserve, show, settle, release } = reservationsOf(api, account)
    const taken = async (changes: object = {}): Promise<string> => (await reserve(changes)).body.reservation
    const standing = async (reservation: string) => (await show(reservation)).body
    const [open, settled, charged, released, short] = [
      ...[await taken(), await taken(), await taken(), await taken(), await taken({ expiresInSeconds: 1 })],
    ] as [string, string, string, string, string]
    await settle(settled, '2')
    await charge(account, '3', { reservation: charged })
    await release(released)
    expect(await standing(open)).toMatchObject({ state: 'open', amount: { credits: '3' } })
    expect(await standing(settled)).toMatchObject({ state: 'settled', actual: { credits: '2' } })
    expect(await standing(charged)).toMatchObject({ state: 'charged', amount: { credits: '0' } })
    expect(await standing(released)).toMatchObject({ state: 'released', amount: { credits: '0' } })
    await expect
      .poll(() => standing(short), { timeout: 5000 })
      .toMatchObject({ state: 'expired', amount: { credits: '0' } })
    const claims = { sub: 'platform', scope: 'usage:check', account: 'another' }
    expect(await show(open, claims)).toMatchObject({ status: 404, body: { code: 'reservation.not-found' } })
  })

  test('of an account whose balance is not held leaves what remains of it as it is', async () => {
    const account = await accountWith(api)
    const { reserve } = reservationsOf(api, account)
    await reserve({ amount: { eur: '600' } })
    const check = await api.call('checkAccess', { body: { account, user: 'u-17', category: 'text' } })
    expect((await reserve({ amount: { eur: '600' } })).body.remaining).toEqual(check.body.remaining)
    const holding = await accountWith(api, { holdsBalance: true })
    const held = await reservationsOf(api, holding).reserve({ amount: { eur: '600' } })
    expect(held.body.remaining).toMatchObject({ eur: '400.00' })
  })

  test('is of a user, a category and a model: what does not count it has room', async () => {
    const account = await accountWith(api, {
      ceilings: [ceiling({ scope: { of: 'user' }, category: 'text', service: 'openai/*' })],
    })
    const { reserve } = reservationsOf(api, account)
    const use = { amount: { eur: '5' }, model: 'openai/gpt-4o' }
    expect((await reserve(use)).status).toBe(201)
    expect((await reserve(use)).body).toMatchObject({ reason: 'in-flight', limitSource: { ceiling: 'c' } })
    for (const other of [{ user: 'u-2' }, { category: 'image' }, { model: 'anthropic/claude-opus-4-7' }])
      expect((await reserve({ ...use, ...other })).status).toBe(201)
  })

  test('that is more than what is left is told apart from one that has to wait', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    await charge(account, '200')
    await reserve({ amount: { eur: '1' }, expiresInSeconds: 600 })
    const before = Date.now()
    const { body } = await reserve({ amount: { eur: '2.5' } })
    expect(body).toMatchObject({ allowed: false, reason: 'in-flight', retryAfter: 5 })
    expect(Date.parse(body.roomAt) - before).toBeGreaterThan(590_000)
    expect((await reserve({ amount: { eur: '3.01' } })).body).toMatchObject({ reason: 'estimate-too-large' })
    await charge(account, '300')
    expect((await reserve()).body).toMatchObject({ reason: 'limit-reached', remedy: expect.any(String) })
  })

  test('ends by being charged, for what the event cost', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    const { body: held } = await reserve({ amount: { eur: '5' } })
    await charge(account, '2.6533', { reservation: held.reservation })
    expect((await reserve({ amount: { credits: '497.3467' } })).status).toBe(201)
  })

  test('charged for more than it held is charged all the same', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    const { body: held } = await reserve({ amount: { eur: '5' } })
    await charge(account, '600', { reservation: held.reservation })
    expect((await reserve()).body).toMatchObject({ reason: 'limit-reached', spent: { credits: '600' } })
  })

  test('is refused where nobody could spend, with the same words as a check', async () => {
    const { reserve } = reservationsOf(api, await accountWith(api, { stopped: 'unpaid invoice' }))
    expect((await reserve()).body).toMatchObject({ reason: 'account-stopped', seq: 3 })
    expect((await reserve({ account: freshAccount() })).body).toMatchObject({ reason: 'unknown-account', seq: 0 })
    const known = reservationsOf(api, await accountWith(api, low))
    expect((await known.reserve({ category: 'video' })).body).toMatchObject({ reason: 'unknown-category' })
  })

  test('holds a part of the balance where the account says so', async () => {
    const all = { amount: { eur: '1000' } }
    const lax = reservationsOf(api, await accountWith(api))
    expect([(await lax.reserve(all)).status, (await lax.reserve(all)).status]).toEqual([201, 201])
    const strict = reservationsOf(api, await accountWith(api, { holdsBalance: true }))
    expect((await strict.reserve(all)).status).toBe(201)
    expect((await strict.reserve({ user: 'u-2' })).body).toMatchObject({
      allowed: false,
      reason: 'in-flight',
      limitSource: { kind: 'balance' },
    })
  })

  test('refused by one gate is held in none', async () => {
    const account = await accountWith(api, { ...low, ceilings: [ceiling()] })
    const { reserve } = reservationsOf(api, account)
    const all = { amount: { eur: '5' } }
    expect((await reserve({ ...all, user: 'u-2', group: 'sales' })).status).toBe(201)
    expect((await reserve({ ...all, group: 'sales' })).body).toMatchObject({ limitSource: { ceiling: 'c' } })
    expect((await reserve(all)).status).toBe(201)
  })

  test('taken before a ceiling of its group was set is not counted by it; its charge is', async () => {
    const account = await accountWith(api)
    const { reserve } = reservationsOf(api, account)
    const of = { group: 'sales', amount: { eur: '4' } }
    const { body: held } = await reserve(of)
    await setLimits(api, account, { defaultTier: 'unlimited', ceilings: [ceiling()] })
    expect((await reserve({ ...of, user: 'u-2' })).status).toBe(201)
    await charge(account, '400', { group: 'sales', reservation: held.reservation })
    expect((await reserve({ ...of, user: 'u-3' })).body).toMatchObject({ spent: { credits: '400' } })
  })

  test('is ended by the first event that names it; a second one is usage without a hold', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    const { body: held } = await reserve({ amount: { eur: '2' } })
    await charge(account, '100', { reservation: held.reservation })
    expect((await reserve({ amount: { eur: '4' } })).status).toBe(201)
    await charge(account, '100', { reservation: held.reservation })
    expect((await reserve()).body).toMatchObject({ spent: { credits: '200' }, held: { credits: '400' } })
  })

  test('of a lowered limit stays, and nobody gets another one', async () => {
    const account = await accountWith(api, { defaultTier: 'medium' })
    const { reserve, renew } = reservationsOf(api, account)
    const { body: held } = await reserve({ amount: { eur: '10' } })
    expect((await setLimits(api, account, low)).status).toBe(200)
    expect((await reserve()).body).toMatchObject({ reason: 'in-flight', limit: { eur: '5.00' } })
    expect((await renew(held.reservation)).status).toBe(200)
    await charge(account, '1000', { reservation: held.reservation })
    expect((await reserve()).body).toMatchObject({ reason: 'limit-reached', spent: { credits: '1000' } })
  })
})

describe('a gate', () => {
  const gates = () => new Table(api.tables.documents, api.tables.names.gates)
  const holds = Array.from({ length: MOST_HOLDS }, (_, n) => ({
    id: reservationId('acme', 'platform', String(n)),
    credits: credits('0.01'),
    takenAt: 1,
    expiresAt: Date.now() + 900_000,
    category: 'text' as const,
    service: 'openai/gpt-4o',
  }))

  test('holds 2,000 reservations and no more, which fit in an item by far', async () => {
    const account = await accountWith(api, low)
    const key = gateKey(account, { of: 'user', user: 'u-17' })
    await putGate(gates(), key, 0, { seq: 1, head: 1, epoch: 0, holds }, Date.now())
    const { reserve } = reservationsOf(api, account)
    expect(await reserve()).toMatchObject({
      status: 200,
      body: { allowed: false, reason: 'too-many-reservations', remedy: expect.stringContaining('DELETE') },
    })
    expect((await readGate(gates(), key)).value.holds).toEqual(holds)
    const { Item } = await gates().documents.send(new GetCommand({ TableName: 'gates', Key: { scope: key } }))
    expect((Item!['holds'] as Uint8Array).length).toBeLessThan(100 * 1024)
    await charge(account, '3', { reservation: holds[0]!.id })
    expect((await reserve()).status).toBe(201)
  })

  test('that was folded further than the log goes decides nothing: the log is being restored', async () => {
    const account = await accountWith(api, low)
    const key = gateKey(account, { of: 'user', user: 'u-17' })
    await putGate(gates(), key, 0, { seq: 1, head: 99, epoch: 0, holds: [] }, Date.now())
    expect(await reservationsOf(api, account).reserve()).toMatchObject({ status: 503, body: { code: 'service.busy' } })
  })
})

describe('a reservation that is sent again', () => {
  test('is answered alike, and holds but once', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    const key = randomUUID()
    const first = await reserve({ amount: { eur: '5' } }, key)
    expect(await reserve({ amount: { eur: '5' } }, key)).toMatchObject({ status: 201, body: first.body })
    expect((await reserve({ amount: { eur: '4' } }, key)).body).toMatchObject({ code: 'idempotency.other-request' })
  })

  test('after a no may get a yes', async () => {
    const account = await accountWith(api, low)
    const { reserve, release } = reservationsOf(api, account)
    const { body: held } = await reserve({ amount: { eur: '5' } })
    const key = randomUUID()
    expect((await reserve({}, key)).status).toBe(200)
    await release(held.reservation)
    expect((await reserve({}, key)).status).toBe(201)
  })
})

describe('settling', () => {
  test('frees at once what the action did not need, before its event comes', async () => {
    const account = await accountWith(api, low)
    const { reserve, settle } = reservationsOf(api, account)
    const { body: held } = await reserve({ amount: { eur: '5' } })
    expect(await settle(held.reservation, '2.6533')).toMatchObject({
      status: 200,
      body: { state: 'settled', amount: { credits: '2.6533' }, actual: { credits: '2.6533' } },
    })
    expect((await reserve({ amount: { credits: '497.3468' } })).body).toMatchObject({ reason: 'in-flight' })
    expect((await reserve({ amount: { credits: '497.3467' } })).status).toBe(201)
    await charge(account, '2.6533', { reservation: held.reservation })
    expect((await reserve()).body).toMatchObject({ reason: 'in-flight', spent: { credits: '2.6533' } })
  })

  test('twice is answered alike; with another amount it is refused', async () => {
    const { reserve, settle } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve()
    const first = await settle(held.reservation, '2')
    expect(await settle(held.reservation, '2.0')).toMatchObject({ status: 200, body: first.body })
    expect(await settle(held.reservation, '1')).toMatchObject({ status: 409, body: { code: 'reservation.settled' } })
  })

  test('for more than was held holds what was held', async () => {
    const { reserve, settle } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve()
    expect((await settle(held.reservation, '4')).body).toMatchObject({
      amount: { credits: '3' },
      actual: { credits: '4' },
    })
  })

  test('after the charge says nothing new', async () => {
    const account = await accountWith(api, low)
    const { reserve, settle, show } = reservationsOf(api, account)
    const { body: held } = await reserve({ amount: { eur: '5' } })
    await charge(account, '2', { reservation: held.reservation })
    expect(await settle(held.reservation, '3')).toMatchObject({ status: 200, body: { state: 'charged' } })
    expect((await show(held.reservation)).body).not.toHaveProperty('actual')
    expect((await reserve({ amount: { credits: '498' } })).status).toBe(201)
  })
})

describe('releasing', () => {
  test('gives all of it back; again it is answered alike', async () => {
    const { reserve, release, settle, renew } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve({ amount: { eur: '5' } })
    const first = await release(held.reservation)
    expect(first).toMatchObject({ status: 200, body: { state: 'released', amount: { credits: '0' } } })
    expect(await release(held.reservation)).toMatchObject({ status: 200, body: first.body })
    expect((await reserve({ amount: { eur: '5' } })).status).toBe(201)
    expect((await settle(held.reservation, '1')).body).toMatchObject({ code: 'reservation.released' })
    expect((await renew(held.reservation)).body).toMatchObject({ code: 'reservation.released' })
  })

  test.each(['at once', 'once a gate was folded'])('after the charge is refused, %s', async (when) => {
    const account = await accountWith(api, low)
    const { reserve, release, renew } = reservationsOf(api, account)
    const { body: held } = await reserve()
    await charge(account, '2', { reservation: held.reservation })
    if (when !== 'at once') await reserve()
    expect(await release(held.reservation)).toMatchObject({ status: 409, body: { code: 'reservation.charged' } })
    expect((await renew(held.reservation)).body).toMatchObject({ code: 'reservation.charged' })
  })

  test('does not keep an event that comes all the same from being charged', async () => {
    const account = await accountWith(api, low)
    const { reserve, release } = reservationsOf(api, account)
    const { body: held } = await reserve()
    await release(held.reservation)
    await charge(account, '3', { reservation: held.reservation })
    expect((await release(held.reservation)).status).toBe(200)
    expect((await reserve()).body).toMatchObject({ spent: { credits: '3' }, held: { credits: '0' } })
  })
})

describe('a token of one account', () => {
  const of = (account: string) => ({ sub: 'platform', scope: 'usage:check', account })

  test('reserves for its own alone, and knows no others', async () => {
    const [mine, theirs] = [await accountWith(api, low), await accountWith(api, low)]
    const { reserve, release, settle } = reservationsOf(api, mine)
    const { body: held } = await reserve()
    expect((await settle(held.reservation, '1', of(theirs))).status).toBe(404)
    expect(await release(held.reservation, of(theirs))).toMatchObject({
      status: 404,
      body: { code: 'reservation.not-found' },
    })
    expect((await release(held.reservation, of(mine))).status).toBe(200)
    expect((await release('r-0000000000000000000000')).status).toBe(404)
    const call = { claims: of(theirs), body: { account: mine, user: 'u', category: 'text', amount: { eur: '1' } } }
    expect((await api.call('reserve', call)).body).toMatchObject({ code: 'access.other-account' })
  })
})
