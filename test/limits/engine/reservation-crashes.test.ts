import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Services } from '../../../functions/access-api/services.ts'
import { type Api, startApi } from '../../api/engine/api.ts'
import { setLimits } from './limit-settings.ts'
import { accountWith, ceiling, reservationsOf } from './reservation-calls.ts'

let api: Api
let services: Services
beforeAll(async () => {
  api = await startApi()
  services = (await import('../../../functions/access-api/wiring.ts')).services
})
afterAll(() => api.stop())
afterEach(() => services.gates.table.documents.middlewareStack.remove('fault'))

const DIED = 'the process died here'

/**
 * What befalls the n-th put into the gates' table, from 1: the process dies before or after it; or lives on, and the answer gets lost
 * or the table is too busy.
 */
type Fault = 'dies-before' | 'dies-after' | 'answer-lost' | 'throttled'

const lostConnection = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
const throttle = () => Object.assign(new Error('too busy'), { name: 'ThrottlingException' })

function atPut(nth: number, fault: Fault): void {
  let [puts, isDead] = [0, false]
  services.gates.table.documents.middlewareStack.add(
    (next) => async (args) => {
      const { TableName, Item } = args.input as { readonly TableName?: string; readonly Item?: object }
      if (TableName !== services.gates.table.name) return await next(args)
      if (isDead) throw new Error(DIED)
      if (Item === undefined) return await next(args)
      puts += 1
      if (puts !== nth) return await next(args)
      if (fault === 'throttled') throw throttle()
      isDead = fault !== 'answer-lost'
      if (fault !== 'dies-before') await next(args)
      throw fault === 'answer-lost' ? lostConnection() : new Error(DIED)
    },
    { step: 'initialize', name: 'fault' },
  )
}
/** After the n-th put something else happens, before the next one. */
function afterPut(nth: number, meanwhile: () => Promise<unknown>): void {
  let puts = 0
  services.gates.table.documents.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { TableName, Item } = args.input as { readonly TableName?: string; readonly Item?: object }
      if (TableName === services.gates.table.name && Item !== undefined) puts += 1
      if (puts === nth) {
        puts += 1
        await meanwhile()
      }
      return result
    },
    { step: 'initialize', name: 'fault' },
  )
}

/** Below the SDK's own retries: it puts again what was put. */
function loseEachAnswerOnce(): void {
  const lost = new Set<string>()
  services.gates.table.documents.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { TableName, Item } = args.input as { readonly TableName?: string; readonly Item?: object }
      const put = JSON.stringify(Item)
      if (TableName !== services.gates.table.name || Item === undefined || lost.has(put)) return result
      lost.add(put)
      throw lostConnection()
    },
    { step: 'deserialize', priority: 'high', name: 'fault' },
  )
}

/** The same of the first put alone; before the SDK puts again, something else happens. */
function loseFirstAnswer(meanwhile: () => Promise<unknown>): void {
  let isLost = false
  services.gates.table.documents.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { TableName, Item } = args.input as { readonly TableName?: string; readonly Item?: object }
      if (TableName !== services.gates.table.name || Item === undefined || isLost) return result
      isLost = true
      await meanwhile()
      throw lostConnection()
    },
    { step: 'deserialize', priority: 'high', name: 'fault' },
  )
}
const recover = () => services.gates.table.documents.middlewareStack.remove('fault')

const limits = {
  defaultTier: 'low',
  holdsBalance: true,
  ceilings: [ceiling(), ceiling({ id: 'all', scope: { of: 'account' } })],
}
const all = { group: 'sales', amount: { eur: '5' } }
/** User, group, account, and the record of the reservation. */
const PUTS = [1, 2, 3, 4]

describe('reserving, where the process dies', () => {
  test.each(PUTS.flatMap((put) => [[put, 'dies-before'] as const, [put, 'dies-after'] as const]))(
    'at put %i (%s) goes on when it is sent again, and holds once',
    async (put, fault) => {
      const account = await accountWith(api, limits)
      const { reserve, release } = reservationsOf(api, account)
      atPut(put, fault)
      expect((await reserve(all, `${account}-1`)).status).toBe(500)
      recover()
      const { status, body } = await reserve(all, `${account}-1`)
      expect(status).toBe(201)
      expect((await reserve({ ...all, amount: { credits: '1' } })).body).toMatchObject({ held: { credits: '500' } })
      expect((await release(body.reservation)).status).toBe(200)
      expect((await reserve(all)).status).toBe(201)
    },
  )

  test('and nobody asks again, is held until it expires', async () => {
    const account = await accountWith(api, limits)
    const { reserve } = reservationsOf(api, account)
    atPut(2, 'dies-before')
    await reserve({ ...all, expiresInSeconds: 1 }, `${account}-1`)
    recover()
    expect((await reserve(all)).body).toMatchObject({ reason: 'in-flight', limitSource: { kind: 'tier' } })
    await expect.poll(async () => (await reserve(all)).status, { timeout: 10_000 }).toBe(201)
  })

  test('sent again when others took the room meanwhile, is refused, and what the dead attempt took is given back', async () => {
    const account = await accountWith(api, limits)
    const { reserve } = reservationsOf(api, account)
    atPut(2, 'dies-before')
    await reserve(all, `${account}-1`)
    recover()
    expect((await reserve({ ...all, user: 'u-2' })).status).toBe(201)
    expect((await reserve(all, `${account}-1`)).body).toMatchObject({ allowed: false, reason: 'in-flight' })
    expect((await reserve({ user: 'u-17', group: undefined, amount: { credits: '1' } })).body).toMatchObject({
      limitSource: { kind: 'ceiling', ceiling: 'all' },
    })
  })
})

describe('an answer that gets lost', () => {
  test.each(PUTS)('at put %i of reserving holds nothing twice', async (put) => {
    const account = await accountWith(api, limits)
    const { reserve } = reservationsOf(api, account)
    atPut(put, 'answer-lost')
    expect((await reserve({ ...all, amount: { eur: '2' } }, `${account}-1`)).status).toBe(503)
    expect((await reserve({ ...all, amount: { eur: '2' } }, `${account}-1`)).status).toBe(201)
    expect((await reserve({ ...all, amount: { eur: '3' } })).status).toBe(201)
    expect((await reserve(all)).body).toMatchObject({ reason: 'in-flight', held: { credits: '500' } })
  })

  test.each(PUTS)('at put %i of settling or releasing changes nothing but who has to ask again', async (put) => {
    const account = await accountWith(api, limits)
    const { reserve, settle, release } = reservationsOf(api, account)
    const { body } = await reserve(all)
    atPut(put, 'answer-lost')
    expect((await settle(body.reservation, '200')).status).toBe(503)
    expect((await settle(body.reservation, '200')).body).toMatchObject({ amount: { credits: '200' } })
    recover()
    expect((await reserve({ ...all, amount: { eur: '3' } })).status).toBe(201)
    atPut(put, 'answer-lost')
    expect((await release(body.reservation)).status).toBe(503)
    expect((await release(body.reservation)).status).toBe(200)
    recover()
    expect((await reserve({ ...all, amount: { eur: '2' } })).status).toBe(201)
    expect((await reserve(all)).body).toMatchObject({ held: { credits: '500' } })
  })
})

test('a put whose answer got lost is known as its own by who puts it again', async () => {
  const account = await accountWith(api, limits)
  const { reserve, settle, renew, release } = reservationsOf(api, account)
  loseEachAnswerOnce()
  const { status, body } = await reserve(all)
  expect(status).toBe(201)
  expect(body).toMatchObject({ reason: 'ok', held: { credits: '0' } })
  expect((await settle(body.reservation, '400')).status).toBe(200)
  expect((await renew(body.reservation, 1000)).status).toBe(200)
  expect((await release(body.reservation)).status).toBe(200)
  expect((await reserve(all)).status).toBe(201)
})

test('whoever took his own gate and finds the group’s taken by others gives his back', async () => {
  const account = await accountWith(api, { ...limits, holdsBalance: false })
  const { reserve } = reservationsOf(api, account)
  afterPut(1, async () => expect((await reserve({ ...all, user: 'u-2' })).status).toBe(201))
  expect((await reserve(all)).body).toMatchObject({ allowed: false, limitSource: { ceiling: 'c' } })
  recover()
  expect((await reserve({ amount: { credits: '1' } })).body).toMatchObject({ limitSource: { ceiling: 'all' } })
  await setLimits(api, account, { defaultTier: 'low' })
  expect((await reserve({ amount: { eur: '5' } })).status).toBe(201)
})

describe('a hold whose put was answered by another’s on top of it', () => {
  const low = { defaultTier: 'low', ceilings: [ceiling()] }
  const one = { amount: { credits: '1' } }

  test('is known as taken, and given back when the next attempt is refused', async () => {
    const account = await accountWith(api, low)
    const { reserve } = reservationsOf(api, account)
    loseFirstAnswer(async () => {
      expect((await reserve(one)).status).toBe(201)
      expect((await reserve({ ...all, user: 'u-2' })).status).toBe(201)
      await setLimits(api, account, { ...low, stopped: 'unpaid invoice' })
      expect((await reserve(one)).body).toMatchObject({ reason: 'account-stopped' })
    })
    const refused = await reserve({ group: 'sales', amount: { eur: '2' } })
    expect(refused.body).toMatchObject({ reason: 'account-stopped' })
    await setLimits(api, account, low)
    expect((await reserve({ amount: { credits: '499' } })).status).toBe(201)
  })

  test('holds once when it is granted', async () => {
    const { reserve } = reservationsOf(api, await accountWith(api, low))
    loseFirstAnswer(() => reserve(one))
    expect((await reserve({ group: 'sales', amount: { credits: '200' } })).status).toBe(201)
    expect((await reserve({ amount: { credits: '299' } })).status).toBe(201)
    expect((await reserve(one)).body).toMatchObject({ held: { credits: '500' } })
  })
})

test.each([2, 3])('an error at put %i gives back what was taken before it', async (put) => {
  const account = await accountWith(api, { ...limits, holdsBalance: false })
  const { reserve } = reservationsOf(api, account)
  atPut(put, 'throttled')
  expect((await reserve(all)).status).toBe(503)
  expect((await reserve({ amount: { eur: '5' } })).status).toBe(201)
})

describe('the requests’ table', () => {
  const forgetAnswers = async () => {
    const { documents, name } = services.requests
    const { Items } = await documents.send(new ScanCommand({ TableName: name }))
    for (const { key } of Items!) await documents.send(new DeleteCommand({ TableName: name, Key: { key } }))
  }

  test('may forget an answer: the reservation’s own record says it again', async () => {
    const account = await accountWith(api, limits)
    const { reserve } = reservationsOf(api, account)
    const { body } = await reserve(all, `${account}-1`)
    await forgetAnswers()
    expect(await reserve(all, `${account}-1`)).toMatchObject({
      status: 201,
      body: { reservation: body.reservation, expiresAt: body.expiresAt, allowed: true },
    })
    await forgetAnswers()
    const other = await reserve({ ...all, amount: { eur: '4' } }, `${account}-1`)
    expect(other.body).toMatchObject({ code: 'idempotency.other-request' })
  })
})

test('equal keys of two callers are two reservations', async () => {
  const account = await accountWith(api, limits)
  const body = { account, user: 'u-17', category: 'text', amount: { eur: '2' } }
  const asked = async (sub: string) =>
    (await api.call('reserve', { key: `${account}-1`, claims: { sub, scope: 'usage:check' }, body })).body.reservation
  expect(await asked('chat')).not.toBe(await asked('agents'))
  expect((await reservationsOf(api, account).reserve(all)).body).toMatchObject({ held: { credits: '400' } })
})
