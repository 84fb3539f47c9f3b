import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { Services } from '../../../functions/access-api/services.ts'
import { type Api, opened, startApi } from '../../api/engine/api.ts'
import { readCases } from '../../world/cases.ts'
import { setLimits } from './limit-settings.ts'
import { apiProcess } from './processes.ts'
import { reservationsOf } from './reservation-calls.ts'

let api: Api
let services: Services
beforeAll(async () => {
  api = await startApi()
  ;({ services } = await import('../../../functions/access-api/wiring.ts'))
})
afterAll(() => api.stop())

const PATIENCE_MS = 120_000

const caseSchema = z.object({
  input: z.object({ balance: z.string(), reservations: z.string() }),
  right: z.object({ granted: z.number() }),
})
const reports = z.object({ cases: z.array(z.looseObject({ id: z.string() })) })
const B34 = z.parse(
  caseSchema,
  reports.parse(readCases('public-reports.json')).cases.find(({ id }) => id === 'B34'),
)
const [, balance = ''] = /^([\d.]+) EUR$/.exec(B34.input.balance) ?? []
const [, atOnce = '', each = ''] = /^(\d+) at once, ([\d.]+) EUR each/.exec(B34.input.reservations) ?? []

/** An account that has set nothing about limits. */
async function accountOfCase(): Promise<string> {
  const account = await opened(api)
  const body = { amount: { eur: balance }, reason: 'trial' }
  expect((await api.call('grantCredits', { params: { account }, body })).status).toBe(201)
  return account
}

test(
  'requests at once never hold more than the balance, in an account that has set nothing',
  async () => {
    const account = await accountOfCase()
    const processes = Array.from({ length: 4 }, () => apiProcess(api.tables))
    const amount = String(Number(each) * 100)
    const answers = await Promise.all(
      Array.from({ length: Number(atOnce) }, (_, n) =>
        processes[n % processes.length]!.reserve({ account, user: `u-${n}`, amount }),
      ),
    )
    for (const one of processes) one.stop()
    expect(answers).toHaveLength(40)
    const granted = answers.filter(({ kind }) => kind === 'reserved')
    expect(granted).toHaveLength(B34.right.granted)
    for (const one of answers.filter(({ kind }) => kind === 'refused'))
      expect(one).toMatchObject({ judged: { decision: { refusal: 'in-flight' }, isBalanceHeld: true } })
  },
  PATIENCE_MS,
)

test('an account that has set nothing shows that its balance is held', async () => {
  const account = await accountOfCase()
  expect((await api.call('getLimits', { params: { account } })).body).toMatchObject({ version: 0, holdsBalance: true })
  const { body } = await reservationsOf(api, account).reserve({ amount: { eur: each } })
  expect(body).toMatchObject({ allowed: true, holdsBalance: true, remaining: { eur: '0.90' } })
})

test('settings that say nothing of the balance hold it', async () => {
  const account = await accountOfCase()
  const set = await setLimits(api, account, { holdsBalance: undefined })
  expect(set).toMatchObject({ status: 200, body: { holdsBalance: true } })
})

test('an account that switches it off reads in every answer that the balance is not held', async () => {
  const account = await accountOfCase()
  await setLimits(api, account, { holdsBalance: false, defaultTier: 'unlimited' })
  const { reserve } = reservationsOf(api, account)
  const all = { amount: { eur: balance } }
  const key = randomUUID()
  expect(await reserve(all, key)).toMatchObject({ status: 201, body: { holdsBalance: false } })
  expect(await reserve(all)).toMatchObject({ status: 201, body: { holdsBalance: false } })
  expect(await reserve({ amount: { eur: '2' } })).toMatchObject({
    status: 200,
    body: { allowed: false, holdsBalance: false },
  })
})

test('what an action did not need is free at once: a burst that reserves its worst case blocks nobody for longer than it runs', async () => {
  const account = await accountOfCase()
  const { reserve, settle } = reservationsOf(api, account)
  const worst = { amount: { eur: each } }
  const held = await Promise.all(
    Array.from({ length: B34.right.granted }, (_, n) => reserve({ ...worst, user: `u-${n}` })),
  )
  expect(held.map(({ status }) => status)).toEqual(Array.from({ length: B34.right.granted }, () => 201))
  const waiting = await reserve(worst)
  expect(waiting.body).toMatchObject({ allowed: false, reason: 'in-flight', retryAfter: 5, remaining: { eur: '0.00' } })
  for (const { body } of held.slice(0, 2)) await settle(body.reservation, '1')
  expect((await reserve(worst)).status).toBe(201)
})

test('a table of gates that can not be written to grants nothing', async () => {
  const account = await accountOfCase()
  const { middlewareStack } = services.gates.table.documents
  middlewareStack.add(
    (next) => (args) => {
      const { TableName, Item } = args.input as { readonly TableName?: string; readonly Item?: object }
      if (TableName === services.gates.table.name && Item !== undefined) throw new Error('no gates today')
      return next(args)
    },
    { step: 'initialize', name: 'no-gates' },
  )
  const answer = await reservationsOf(api, account).reserve({ amount: { eur: each } })
  middlewareStack.remove('no-gates')
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
  expect((await reservationsOf(api, account).reserve({ amount: { eur: balance } })).status).toBe(201)
})
