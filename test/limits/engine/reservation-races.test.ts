import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { inLong } from '../../world/long.ts'
import { checkOf } from './limit-settings.ts'
import { apiProcess } from './processes.ts'
import { accountWith, ceiling, reservationsOf } from './reservation-calls.ts'

let api: Api
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  api = await startApi()
  charge = chargesIn(api.tables)
})
afterAll(() => api.stop())

const USERS = 1000
const AT_ONCE = inLong(40, 200)
const PROCESSES = 5
const PATIENCE_MS = 120_000

/** Actions of 0.03 € in 5.00 €: 166 of them, 4.98 €. The short form: 33 in 1.00 €. */
const LIMIT = inLong(1, 5)
const FIT = Math.floor((LIMIT * 100) / 3)

describe.each([
  ['a group', { of: 'group', group: 'sales' }],
  ['an account', { of: 'account' }],
])(
  `${AT_ONCE} requests at once, to processes that know nothing of each other, on one limit of ${LIMIT}.00 € of %s`,
  (_, scope) => {
    test(
      'never hold and spend more, and all of it can be used',
      async () => {
        const account = await accountWith(api, { ceilings: [ceiling({ scope, limit: { eur: String(LIMIT) } })] })
        const processes = Array.from({ length: PROCESSES }, () => apiProcess(api.tables))
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, async (__, n) => {
            const wanted = { account, user: `u-${(n * 7) % USERS}`, group: 'sales', amount: '3' }
            return await processes[n % PROCESSES]!.reserve(wanted)
          }),
        )
        for (const one of processes) one.stop()
        const held = answers.flatMap((one) => (one.kind === 'reserved' ? [one.reservation] : []))
        const refused = answers.flatMap((one) => (one.kind === 'refused' ? [one.judged.decision] : []))
        expect([held.length, refused.length]).toEqual([FIT, AT_ONCE - FIT])
        for (const verdict of refused) expect(verdict).toMatchObject({ refusal: 'in-flight' })

        for (const { id, user } of held) await charge(account, '3', { user, group: 'sales', reservation: id })
        expect(await checkOf(api, account)({ group: 'sales' })).toMatchObject({ spent: { credits: String(FIT * 3) } })
        const { reserve } = reservationsOf(api, account)
        const last = { group: 'sales', user: 'u-last' }
        expect((await reserve(last)).body).toMatchObject({
          reason: 'estimate-too-large',
          remaining: { credits: String(LIMIT * 100 - FIT * 3) },
        })
        expect((await reserve({ ...last, amount: { credits: String(LIMIT * 100 - FIT * 3) } })).status).toBe(201)
      },
      PATIENCE_MS,
    )
  },
)

/** A whole number of actions of 2.5 credits. */
const CREDITS = inLong(40, 100)

describe('requests at once', () => {
  test(
    'that spend as they go use all of a limit, and pass it by nothing',
    async () => {
      const account = await accountWith(api, { ceilings: [ceiling({ limit: { credits: String(CREDITS) } })] })
      const { reserve, settle } = reservationsOf(api, account)
      let spent = 0
      const act = async (user: string): Promise<boolean> => {
        for (;;) {
          const { status, body } = await reserve({ user, group: 'sales' })
          if (status === 503 || body.reason === 'in-flight') continue
          if (status !== 201) return false
          await settle(body.reservation, '2.5')
          await charge(account, '2.5', { user, group: 'sales', reservation: body.reservation })
          spent += 2.5
        }
      }
      await Promise.all(Array.from({ length: 8 }, (_, n) => act(`u-${n}`)))
      // What is left at last is less than one action reserves.
      expect(spent).toBe(CREDITS - 2.5)
      expect(await checkOf(api, account)({ group: 'sales' })).toMatchObject({
        spent: { credits: String(CREDITS - 2.5) },
      })
    },
    PATIENCE_MS,
  )

  test('of one key hold once', async () => {
    const account = await accountWith(api, { defaultTier: 'low' })
    const { reserve } = reservationsOf(api, account)
    const amount = { amount: { eur: '3' } }
    const answers = await Promise.all(Array.from({ length: 8 }, () => reserve(amount, 'one-key')))
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0)
    expect((await reserve({ amount: { eur: '2' } })).status).toBe(201)
    expect((await reserve()).body).toMatchObject({ reason: 'in-flight', held: { credits: '500' } })
  })

  test('without time left say so, and hold nothing', async () => {
    const account = await accountWith(api, { defaultTier: 'low' })
    const body = { account, user: 'u-17', category: 'text', amount: { eur: '5' } }
    expect(await api.call('reserve', { body, remainingMs: 1000 })).toMatchObject({
      status: 503,
      body: { code: 'service.busy' },
    })
    expect((await reservationsOf(api, account).reserve({ amount: { eur: '5' } })).status).toBe(201)
  })
})
