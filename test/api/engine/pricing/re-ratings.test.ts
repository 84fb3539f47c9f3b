import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Table } from '../../../../shared/aws/table.ts'
import { exact } from '../../../../shared/money/exact.ts'
import { putRateCard } from '../../../../shared/pricing/io/rates-table.ts'
import { charge, inTime, type Usage, usageAt } from '../../../world/accounts.ts'
import { cardOf, rate } from '../../../world/cards.ts'
import { writerOn } from '../../../world/log-writer.ts'
import { type Api, opened, operator, startApi } from '../api.ts'

const HOUR = 3_600_000
const NOW = Date.now()
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString()

let api: Api
let account: string
beforeAll(async () => {
  api = await startApi()
  const table = new Table(api.tables.documents, api.tables.names.rates)
  const tokens = (price: string) => rate('openai/gpt-4o', 'input_tokens', price, '1000000')
  await putRateCard(table, cardOf([tokens('3000'), rate('*', 'calls', '0.05')], 1, 0))
  // As it should have been; in force next year.
  await putRateCard(table, cardOf([tokens('3'), rate('*', 'calls', '0.05')], 2, NOW + 8760 * HOUR))
  await putRateCard(table, cardOf([tokens('4')], 3, NOW + 8760 * HOUR))
})
afterAll(() => api.stop())
beforeEach(async () => {
  account = await opened(api)
})

/** Charged by version 1: 300 credits for a thousand tokens; 5 for a call. */
async function used(hours: number, changes: Partial<Usage> = {}): Promise<Usage> {
  const usage = usageAt(account, NOW - hours * HOUR, changes)
  const amount = usage.quantities.has('calls') ? '5' : '300'
  await writerOn(api.tables).commit(account, [charge(usage, amount)], inTime)
  return usage
}
const calls = { service: 'platform/search', quantities: new Map([['calls', exact('1')]] as const) }

const rerate = async (rateCard: number, body: object = {}, key?: string) =>
  await api.call('rerateCharges', {
    params: { account },
    body: { from: ago(10), to: ago(0), rateCard, reason: 'wrong price', dryRun: false, ...body },
    ...(key !== undefined && { key }),
  })
const post = (route: 'refundCharge', body: object) =>
  api.call(route, { params: { account }, body: { reason: 'why', ...body } })
const balance = async () => (await api.call('getBalance', { params: { account } })).body
const entries = async () => (await api.call('listEntries', { params: { account } })).body.entries
const amount = (credits: string) => expect.objectContaining({ credits })

describe('a re-rating', () => {
  test('tells by a dry run what it would come to, writes exactly that, and then nothing more', async () => {
    for (const hours of [1, 2, 3]) await used(hours)
    await used(2, calls)
    const figures = {
      isDone: true,
      charges: 4,
      corrected: 3,
      unchanged: 1,
      leftAlone: { refunded: 0, unpriced: 0, conflict: 0 },
      before: amount('905'),
      after: amount('5.9'),
      difference: { eur: '8.991', credits: '899.1' },
      byService: [
        { service: 'openai/gpt-4o', charges: 3, corrected: 3, before: amount('900'), after: amount('0.9') },
        { service: 'platform/search', charges: 1, corrected: 0, before: amount('5'), after: amount('5') },
      ],
    }
    const dry = await rerate(2, { dryRun: true })
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, ...figures, balance: amount('-905') } })
    expect(await entries()).toHaveLength(5)

    const done = await rerate(2)
    expect(done.body).toEqual({ ...dry.body, dryRun: false, balance: { eur: '-0.059', credits: '-5.9' } })
    expect(await balance()).toMatchObject({ charged: amount('905'), credited: amount('899.1') })

    const again = await rerate(2)
    expect(again.body).toMatchObject({ corrected: 0, unchanged: 4, before: amount('5.9'), difference: amount('0') })
    expect(await entries()).toHaveLength(8)
  })

  test('stands in the log with the charge it corrects, who, why and by which version', async () => {
    const { source, id } = await used(1, { user: 'u-7', group: 'sales' })
    await rerate(2, { reference: 'T-1' })
    expect((await entries()).at(-1)).toMatchObject({
      kind: 'rerating',
      of: { source, id },
      nth: 1,
      rateCard: 2,
      amount: amount('299.7'),
      reason: 'wrong price',
      actor: 'olga',
      reference: 'T-1',
      user: 'u-7',
      group: 'sales',
      service: 'openai/gpt-4o',
      time: ago(1),
    })
  })

  test('of what was re-rated before goes on from what it costs now, also dearer, and back again', async () => {
    await used(1)
    const results: string[] = []
    for (const version of [2, 3, 1, 1]) results.push((await rerate(version)).body.difference.credits)
    expect(results).toEqual(['299.7', '-0.1', '-299.6', '0'])
    expect((await entries()).slice(2).map(({ nth }: { nth: number }) => nth)).toEqual([1, 2, 3])
    expect(await balance()).toMatchObject({ balance: amount('-300') })
  })

  test('looks at these services and event times alone, the end not among them, however late they came', async () => {
    const old = await used(9)
    for (const hours of [5, 1]) await used(hours)
    await used(4, { id: 'late' })
    await used(5, calls)
    const at = (hours: number) => ({ time: ago(hours) })
    expect((await rerate(2, { from: ago(5), to: ago(1), services: ['openai/gpt-4o'] })).body).toMatchObject({
      charges: 2,
      corrected: 2,
      byService: [{ service: 'openai/gpt-4o' }],
    })
    expect((await entries()).slice(-2)).toMatchObject([at(4), at(5)])
    expect((await rerate(2, { from: ago(9), to: ago(8) })).body).toMatchObject({ charges: 1, corrected: 1 })
    expect((await entries()).at(-1)).toMatchObject({ of: { source: old.source, id: old.id } })
  })

  test('leaves alone what was refunded and what the version has no price for, and names them', async () => {
    const [whole, part, unpriced] = [await used(1), await used(2), await used(3, { ...calls, id: 'call-1' })]
    await post('refundCharge', { source: whole.source, id: whole.id })
    await post('refundCharge', { source: part.source, id: part.id, amount: { credits: '0.01' } })
    const { body } = await rerate(3)
    expect(body).toMatchObject({
      charges: 3,
      corrected: 0,
      unchanged: 0,
      difference: amount('0'),
      leftAlone: { refunded: 2, unpriced: 1, conflict: 0 },
      named: [
        { id: unpriced.id, reason: 'unpriced' },
        { id: part.id, reason: 'refunded' },
        { id: whole.id, reason: 'refunded' },
      ],
    })
  })

  test('is what a refund gives back of: no more than the charge costs now', async () => {
    const [of, other] = [await used(1), await used(2)]
    await rerate(2)
    expect(
      await post('refundCharge', { source: other.source, id: other.id, amount: { credits: '0.31' } }),
    ).toMatchObject({ status: 422, body: { code: 'refund.too-large' } })
    const { body } = await post('refundCharge', { source: of.source, id: of.id })
    expect(body).toMatchObject({ entry: { amount: amount('0.3') }, balance: amount('-0.3') })
  })

  test('and a refund of the same charge at the same moment never give back more than it cost', async () => {
    const usages = await Promise.all(Array.from({ length: 8 }, (_, n) => used(1 + n / 10)))
    const refund = async ({ source, id }: Usage): Promise<void> => {
      const key = randomUUID()
      for (;;) {
        const call = { params: { account }, body: { source, id, reason: 'why' }, key }
        const { status } = await api.call('refundCharge', call)
        if (status === 201) return
        expect(status).toBe(503)
      }
    }
    const [rerated] = await Promise.all([rerate(2), ...usages.map(refund)])
    const { corrected, leftAlone } = rerated.body
    expect(corrected + leftAlone.refunded).toBe(8)
    expect(await balance()).toMatchObject({ balance: amount('0'), charged: amount('2400') })
  })

  test('sent again with its key is answered again; of another content with it is refused', async () => {
    await used(1)
    const first = await rerate(2, {}, 'rerate-1')
    await used(2)
    expect(await rerate(2, {}, 'rerate-1')).toMatchObject({ status: 200, body: first.body })
    expect(await rerate(3, {}, 'rerate-1')).toMatchObject({ status: 422 })
  })

  test('of a version that there is not, of no time at all, of no account, by no operator, is refused', async () => {
    expect(await rerate(9)).toMatchObject({ status: 404, body: { code: 'rate-card.not-found' } })
    expect(await rerate(2, { from: ago(1), to: ago(1) })).toMatchObject({ status: 400, body: { code: 'request.body' } })
    expect(await rerate(2, { services: [] })).toMatchObject({ status: 400 })
    const params = { account: 'nobody' }
    const body = { from: ago(2), to: ago(1), rateCard: 2, reason: 'why', dryRun: true }
    expect(await api.call('rerateCharges', { params, body })).toMatchObject({ status: 404 })
    const claims = { ...operator, account }
    expect((await api.call('rerateCharges', { params: { account }, claims, body })).status).toBe(403)
  })
})
