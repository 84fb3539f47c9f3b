import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { charge, inTime, usageAt } from '../../../world/accounts.ts'
import { writerOn } from '../../../world/log-writer.ts'
import { type Api, opened, operator, startApi } from '../api.ts'

const NOON = Date.UTC(2026, 10, 23, 12)

let api: Api
let account: string
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

type Route = 'grantCredits' | 'adjustCredits' | 'refundCharge' | 'reverseEntry'
const post = (route: Route, body: object, key?: string) =>
  api.call(route, { params: { account }, body: { reason: 'why', ...body }, ...(key !== undefined && { key }) })
const balance = async () => (await api.call('getBalance', { params: { account } })).body

/** A charge of so many credits in the account's log. */
async function charged(amount: string): Promise<{ source: string; id: string }> {
  const usage = usageAt(account, NOON)
  await writerOn(api.tables).commit(account, [charge(usage, amount)], inTime)
  return { source: usage.source, id: usage.id }
}

/** An account with 50.00 €, on page 2. */
async function fresh(): Promise<void> {
  account = await opened(api)
  await post('grantCredits', { amount: { eur: '50.00' } }, 'grant-1')
}

describe('an adjustment', () => {
  beforeAll(fresh)

  test('gives, or takes with a minus, and stands in the log with who, why and for what', async () => {
    expect(await post('adjustCredits', { amount: { credits: '-150.000001' }, reference: 'T-1' })).toMatchObject({
      status: 201,
      body: {
        entry: {
          kind: 'adjustment',
          amount: { credits: '-150.000001' },
          actor: 'olga',
          reason: 'why',
          reference: 'T-1',
        },
        balance: { eur: '48.49999999', credits: '4849.999999' },
      },
    })
    expect((await post('adjustCredits', { amount: { eur: '1.50' } })).body.balance.credits).toBe('4999.999999')
    expect((await balance()).charged.credits).toBe('0')
  })

  test.each([
    [{ credits: '0' }, 'is 0; expected an amount but 0'],
    [{ credits: '-1000000000001' }, 'is more than 1000000000000 credits'],
    [{ credits: '-0.0000001' }, 'has 7 decimals'],
    [{ credits: '-01' }, 'without zeros in front'],
  ])('of %j is refused', async (amount, why) => {
    const { status, body } = await post('adjustCredits', { amount })
    expect(status).toBe(400)
    expect(JSON.stringify(body.errors)).toContain(why)
  })
})

describe('a refund', () => {
  beforeAll(fresh)

  test('gives back the whole charge, or what is told', async () => {
    const whole = await charged('2.6533')
    expect(await post('refundCharge', whole)).toMatchObject({
      status: 201,
      body: { entry: { kind: 'refund', amount: { credits: '2.6533' }, of: whole }, balance: { credits: '5000' } },
    })
    const part = await charged('100')
    expect((await post('refundCharge', { ...part, amount: { credits: '30' } })).body.balance.credits).toBe('4930')
    expect(await balance()).toMatchObject({ credited: { credits: '5032.6533' }, charged: { credits: '102.6533' } })
  })

  test('happens once for each charge: a second request is told so, the same one sent again is answered again', async () => {
    const of = await charged('10')
    const first = await post('refundCharge', of, 'refund-1')
    expect(await post('refundCharge', of, 'refund-1')).toMatchObject({ status: 201, body: first.body })
    for (const key of ['refund-2', 'refund-3']) {
      expect(await post('refundCharge', of, key)).toMatchObject({
        status: 409,
        body: { code: 'credits.corrected-before' },
      })
    }
  })

  test('happens once when five requests come at the same time', async () => {
    const of = await charged('10')
    const before = (await balance()).balance.credits
    const replies = await Promise.all(Array.from({ length: 5 }, (_, n) => post('refundCharge', of, `race-${n}`)))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
    expect(Number((await balance()).balance.credits) - Number(before)).toBe(10)
  })

  test('of more than was charged, or of what was not charged here, is refused', async () => {
    const of = await charged('10')
    expect(await post('refundCharge', { ...of, amount: { credits: '10.000001' } })).toMatchObject({
      status: 422,
      body: { code: 'refund.too-large', errors: [{ pointer: '/amount' }] },
    })
    expect(await post('refundCharge', { ...of, id: 'nothing' })).toMatchObject({ body: { code: 'charge.not-found' } })
    expect(await post('refundCharge', await charged('0'))).toMatchObject({ body: { code: 'refund.too-large' } })
  })
})

describe('a reversal', () => {
  beforeAll(fresh)

  test('takes a grant back whole, below zero if need be, and once', async () => {
    await charged('1')
    expect(await post('reverseEntry', { page: 2, position: 0 }, 'r-1')).toMatchObject({
      status: 201,
      body: { entry: { kind: 'reversal', of: 'grant-1', amount: { credits: '-5000' } }, balance: { credits: '-1' } },
    })
    expect(await post('reverseEntry', { page: 2, position: 0 }, 'r-2')).toMatchObject({
      status: 409,
      body: { code: 'credits.corrected-before' },
    })
  })

  test('of an adjustment that took gives', async () => {
    const { entry } = (await post('adjustCredits', { amount: { credits: '-7' } })).body
    const reply = await post('reverseEntry', { page: entry.page, position: entry.position })
    expect(reply.body.entry.amount.credits).toBe('7')
  })

  test('of a charge, a reversal, the opening, or nothing is refused, saying what to do instead', async () => {
    expect((await post('reverseEntry', { page: 1, position: 0 })).body.code).toBe('entry.not-reversible')
    expect((await post('reverseEntry', { page: 3, position: 0 })).body.detail).toContain('POST …/refunds')
    expect((await post('reverseEntry', { page: 4, position: 0 })).body.code).toBe('entry.not-reversible')
    expect(await post('reverseEntry', { page: 99, position: 0 })).toMatchObject({ status: 404 })
  })
})

test('only operators move credits', async () => {
  await fresh()
  const claims = { ...operator, account }
  for (const route of ['adjustCredits', 'refundCharge', 'reverseEntry'] as const) {
    expect((await api.call(route, { params: { account }, claims, body: {} })).status).toBe(403)
  }
})
