import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../shared/time/instant.ts'
import { type Api, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { takeSnapshot } from '../../world/take-snapshot.ts'
import { checkOf } from './limit-settings.ts'
import { apiProcess } from './processes.ts'
import { accountWith, ceiling, reservationsOf } from './reservation-calls.ts'

/** In Berlin, ten minutes before December. */
const LATE = Date.parse('2026-11-30T22:50:00Z')

let api: Api
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  // Before the process wires itself up, which keeps the clock.
  vi.useFakeTimers({ toFake: ['Date'], now: LATE })
  api = await startApi()
  charge = chargesIn(api.tables)
})
afterAll(async () => {
  await api.stop()
  vi.useRealTimers()
})
beforeEach(() => {
  vi.setSystemTime(LATE)
})
afterEach(() => {
  vi.setSystemTime(LATE)
})
const later = (milliseconds: number) => vi.setSystemTime(LATE + milliseconds)

const low = { defaultTier: 'low' }
const all = { amount: { eur: '5' } }

describe('a reservation that expires', () => {
  test('holds until then, to the second, and nothing after it', async () => {
    const { reserve } = reservationsOf(api, await accountWith(api, low))
    await reserve({ ...all, expiresInSeconds: 60 })
    later(60 * SECOND_MS - 1)
    expect((await reserve()).body).toMatchObject({ reason: 'in-flight', retryAfter: 1 })
    later(60 * SECOND_MS)
    expect((await reserve(all)).status).toBe(201)
  })

  test('is charged all the same when its event comes late, and that may pass the limit', async () => {
    const account = await accountWith(api, low)
    const { reserve, settle, release, renew } = reservationsOf(api, account)
    const { body: held } = await reserve({ ...all, expiresInSeconds: 60 })
    later(61 * SECOND_MS)
    expect((await reserve(all)).status).toBe(201)
    expect((await settle(held.reservation, '500')).status).toBe(200)
    await charge(account, '500', { reservation: held.reservation })
    expect(await checkOf(api, account)()).toMatchObject({ reason: 'limit-reached', spent: { credits: '500' } })
    expect((await reserve()).body).toMatchObject({ reason: 'limit-reached', held: { credits: '500' } })
    expect((await release(held.reservation)).body).toMatchObject({ code: 'reservation.charged' })
    expect((await renew(held.reservation)).body).toMatchObject({ code: 'reservation.charged' })
  })

  test('is let go only by who has read its charge: there is no moment in which it is neither held nor spent', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    const { body: held } = await reserve({ ...all, expiresInSeconds: 60 })
    await charge(account, '500', { reservation: held.reservation })
    later(61 * SECOND_MS)
    expect((await reserve()).body).toMatchObject({ reason: 'limit-reached', held: { credits: '0' } })
  })

  test('can be released, but not renewed: its room may be another’s', async () => {
    const { reserve, renew, release } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve({ ...all, expiresInSeconds: 60 })
    later(60 * SECOND_MS)
    expect(await renew(held.reservation)).toMatchObject({ status: 409, body: { code: 'reservation.expired' } })
    expect(await release(held.reservation)).toMatchObject({ status: 200, body: { state: 'expired' } })
  })
})

describe('a reservation that is renewed', () => {
  test('holds for as long as somebody renews it', async () => {
    const { reserve, renew } = reservationsOf(api, await accountWith(api, { ...low, ceilings: [ceiling()] }))
    const { body: held } = await reserve({ ...all, group: 'sales', expiresInSeconds: 60 })
    for (let minute = 0; minute < 5; minute += 1) {
      later(minute * MINUTE_MS + 59 * SECOND_MS)
      const { body } = await renew(held.reservation, 61)
      expect(Date.parse(body.expiresAt)).toBe(Date.now() + 61 * SECOND_MS)
      expect((await reserve()).body).toMatchObject({ reason: 'in-flight' })
      expect((await reserve({ group: 'sales', user: 'u-2' })).body).toMatchObject({ limitSource: { ceiling: 'c' } })
    }
    later(10 * MINUTE_MS)
    expect((await reserve({ ...all, group: 'sales' })).status).toBe(201)
  })

  test('never ends sooner than it would have', async () => {
    const { reserve, renew } = reservationsOf(api, await accountWith(api, low))
    const { body: held } = await reserve({ ...all, expiresInSeconds: 600 })
    expect((await renew(held.reservation, 60)).body).toMatchObject({ expiresAt: held.expiresAt })
    later(599 * SECOND_MS)
    expect((await reserve()).body).toMatchObject({ reason: 'in-flight' })
  })
})

describe('at a month’s end', () => {
  test('a hold counts in the month that begins as well, until its charge counts in the month of its own time', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    const { body: held } = await reserve({ amount: { eur: '4' }, expiresInSeconds: 3600 })
    later(11 * MINUTE_MS)
    expect((await reserve({ amount: { eur: '2' } })).body).toMatchObject({
      reason: 'in-flight',
      resetsAt: '2026-12-31T23:00:00.000Z',
      held: { credits: '400' },
    })
    await charge(account, '400', { reservation: held.reservation, time: LATE + MINUTE_MS })
    expect(await checkOf(api, account)()).toMatchObject({ spent: { credits: '0' } })
    expect((await reserve(all)).status).toBe(201)
  })
})

describe('a process that knows nothing of the pages before a snapshot', () => {
  test('reads which reservations they charged', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    const { body: charged } = await reserve({ amount: { eur: '2' }, expiresInSeconds: 86_400 })
    await reserve({ amount: { eur: '3' }, expiresInSeconds: 86_400 })
    await charge(account, '150', { reservation: charged.reservation })
    for (let more = 0; more < 3; more += 1) await charge(account, '1', { user: 'u-2' })
    await takeSnapshot(api.tables, account)
    await charge(account, '1', { user: 'u-2' })
    const cold = apiProcess(api.tables)
    const ofUser = { account, user: 'u-17' }
    expect(await cold.reserve({ ...ofUser, amount: '51' })).toMatchObject({
      judged: { decision: { refusal: 'in-flight' } },
    })
    expect(await cold.reserve({ ...ofUser, amount: '50' })).toMatchObject({ kind: 'reserved' })
    cold.stop()
  })
})

test('a reservation is asked for a week after it expired', async () => {
  const { reserve, release } = reservationsOf(api, await accountWith(api, low))
  const { body: held } = await reserve({ expiresInSeconds: 60 })
  later(6 * DAY_MS)
  expect((await release(held.reservation)).status).toBe(200)
})
