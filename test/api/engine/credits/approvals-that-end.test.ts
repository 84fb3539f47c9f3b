import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { exact } from '../../../../shared/money/exact.ts'
import { type Api, opened, startApi } from '../api.ts'
import { chargesIn } from '../writes.ts'
import { secondOperator } from './second-operator.ts'

let api: Api
let operators: ReturnType<typeof secondOperator>
let account: string
/** A version of the rate card by which a call costs half. */
let cheaper: number
beforeAll(async () => {
  api = await startApi({ approvals: '{"above":"1000.00"}' })
  operators = secondOperator(api)
  await published('1970-01-01T00:00:00Z', '1')
  cheaper = await published('2100-01-01T00:00:00Z', '0.5')
})
afterAll(() => api.stop())
beforeEach(async () => {
  account = await opened(api)
})

async function published(effectiveFrom: string, price: string): Promise<number> {
  const rates = [{ service: 'openai/gpt-4o', meter: 'calls', per: '1', price, currency: 'EUR' }]
  const { body } = await api.call('publishRateCard', { body: { effectiveFrom, note: 'a call', rates } })
  return body.version
}

/** A charge of 2,000 € by the first version. */
const charged = () =>
  chargesIn(api.tables)(account, '200000', { quantities: new Map([['calls' as const, exact('2000')]]) })

async function rerate(): Promise<void> {
  const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)].map((at) => at.toISOString())
  const body = { from, to, rateCard: cheaper, reason: 'half the price', dryRun: false }
  expect((await api.call('rerateCharges', { params: { account }, body })).body.corrected).toBe(1)
}

const grant = (key: string) =>
  api.call('grantCredits', { params: { account }, body: { amount: { eur: '5000' }, reason: 'contract' }, key })

type Charge = Awaited<ReturnType<typeof charged>>
const refund = ({ source, id }: Charge, call: object = {}) =>
  api.call('refundCharge', {
    params: { account },
    body: { source, id, amount: { eur: '2000' }, reason: 'broken' },
    ...call,
  })

async function asked(reply: Promise<Awaited<ReturnType<typeof grant>>>): Promise<string> {
  const { status, body } = await reply
  expect(status).toBe(202)
  return body.approval.approval
}

/** The function dies after it decided, before it writes. */
async function approvedOnly(approval: string): Promise<void> {
  expect((await operators.decide(approval, 'approve', { remainingMs: 100 })).status).toBe(503)
  expect(await operators.approvals(account, 'approved')).toMatchObject([{ approval }])
}

describe('what was approved', () => {
  test('and not written is written, and shown as written, when who asked for it sends it again', async () => {
    const approval = await asked(grant('contract-19'))
    await approvedOnly(approval)
    expect((await grant('contract-19')).status).toBe(201)
    expect(await operators.approvals(account, 'written')).toMatchObject([
      { approval, decidedBy: 'otto', entry: { page: 2, position: 0 } },
    ])
    expect(await operators.balance(account)).toBe('5000.00')
  })

  test('of a charge that got cheaper ends as failed, with the reason, and is never written', async () => {
    const charge = await charged()
    const approval = await asked(refund(charge, { key: 'refund-1' }))
    await rerate()
    expect(await operators.decide(approval, 'approve')).toMatchObject({ body: { code: 'refund.too-large' } })
    const [failed] = await operators.approvals(account, 'failed')
    expect(failed).toMatchObject({ approval, decidedBy: 'otto', failure: { code: 'refund.too-large' } })
    expect(failed.failure.detail).toContain('1000.00 €')
    for (const again of [await operators.decide(approval, 'approve'), await refund(charge, { key: 'refund-1' })]) {
      expect(again).toMatchObject({ status: 409, body: { code: 'approval.failed' } })
      expect(again.body.detail).toContain('refund.too-large')
    }
    expect(await operators.decide(approval, 'reject')).toMatchObject({ body: { code: 'approval.decided' } })
    expect(await operators.balance(account)).toBe('-1000.00')
  })

  test('ends as failed also when who asked for it is the one who sends it again', async () => {
    const charge = await charged()
    const approval = await asked(refund(charge, { key: 'refund-1' }))
    await approvedOnly(approval)
    await rerate()
    expect(await refund(charge, { key: 'refund-1' })).toMatchObject({ body: { code: 'refund.too-large' } })
    expect(await operators.approvals(account, 'failed')).toMatchObject([{ approval }])
    expect(await operators.balance(account)).toBe('-1000.00')
  })

  test('of a charge that was refunded meanwhile ends as failed', async () => {
    const charge = await charged()
    const [first, second] = [await asked(refund(charge)), await asked(refund(charge))]
    await operators.decide(first, 'approve')
    expect(await operators.decide(second, 'approve')).toMatchObject({ body: { code: 'credits.corrected-before' } })
    expect(await operators.approvals(account, 'failed')).toMatchObject([
      { approval: second, failure: { code: 'credits.corrected-before' } },
    ])
    expect(await operators.balance(account)).toBe('0.00')
  })

  test('and written is found where only its note was lost, by either operator', async () => {
    const charge = await charged()
    const approval = await asked(refund(charge, { key: 'refund-1' }))
    expect((await operators.decide(approval, 'approve')).body.state).toBe('written')
    for (const again of [() => refund(charge, { key: 'refund-1' }), () => operators.decide(approval, 'approve')]) {
      await forget(approval)
      expect([200, 201]).toContain((await again()).status)
      expect(await operators.approvals(account, 'written')).toMatchObject([{ approval }])
    }
    expect(await operators.entries(account)).toHaveLength(3)
  })

  test('and noted as failed while another call wrote it is shown as written when it is sent again', async () => {
    const approval = await asked(grant('contract-20'))
    await operators.decide(approval, 'approve')
    await forget(approval, '{"code":"balance.out-of-range","detail":"too much"}')
    expect((await operators.decide(approval, 'approve')).body).toMatchObject({ state: 'written', entry: { page: 2 } })
    expect((await operators.approvals(account, 'written'))[0]).not.toHaveProperty('failure')
    expect(await operators.balance(account)).toBe('5000.00')
  })

  test('is not ended by what helps to send it again for', async () => {
    const approval = await asked(grant('contract-21'))
    await approvedOnly(approval)
    await approvedOnly(approval)
    expect((await operators.decide(approval, 'approve')).body.state).toBe('written')
  })
})

test('an account that is not there waits for nobody', async () => {
  const body = { amount: { eur: '5000' }, reason: 'contract' }
  const { status, body: problem } = await api.call('grantCredits', { params: { account: 'not-there' }, body })
  expect([status, problem.code]).toEqual([404, 'account.not-found'])
})

/** As if the function had died, or lost a race, after it wrote the entry. */
async function forget(approval: string, failure?: string): Promise<void> {
  const { documents, names } = api.tables
  await documents.send(
    new UpdateCommand({
      TableName: names.drafts,
      Key: { draft: 'approvals', part: approval },
      UpdateExpression: failure === undefined ? 'REMOVE place' : 'REMOVE place SET failure = :failure',
      ...(failure !== undefined && { ExpressionAttributeValues: { ':failure': failure } }),
    }),
  )
}
