import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Services } from '../../../functions/access-api/services.ts'
import type { Services as AccountServices } from '../../../functions/account-api/services.ts'
import { checkAccess } from '../../../shared/limits/io/check-access.ts'
import { type Api, opened, startApi } from '../../api/engine/api.ts'
import { chargesIn } from '../../api/engine/writes.ts'
import { limitsOf, setLimits } from './limit-settings.ts'
import { accountWith, ceiling, reservationsOf, unknown } from './reservation-calls.ts'

let api: Api
let services: Services
let accountServices: AccountServices
let charge: ReturnType<typeof chargesIn>
beforeAll(async () => {
  api = await startApi()
  charge = chargesIn(api.tables)
  services = (await import('../../../functions/access-api/wiring.ts')).services
  accountServices = (await import('../../../functions/account-api/wiring.ts')).services
})
afterAll(() => api.stop())
afterEach(() => forget())
const documents = () => [services.log.documents, accountServices.log.documents]
const forget = () => documents().map(({ middlewareStack }) => middlewareStack.remove('meanwhile'))

interface Call {
  readonly commandName: string
  readonly table: string | undefined
  readonly key: string
}

/** Something happens once, before or after the first call of access-api or account-api that it is. */
function once(when: 'before' | 'after', isIt: (call: Call) => boolean, happen: () => Promise<unknown>): void {
  let isDone = false
  for (const { middlewareStack } of documents())
    middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const { TableName, Key, Item } = args.input as Readonly<Record<string, unknown>>
          const call = { commandName, table: TableName as string | undefined, key: JSON.stringify(Key ?? Item ?? {}) }
          const isNow = !isDone && isIt(call)
          isDone ||= isNow
          if (isNow && when === 'before') await happen()
          const result = await next(args)
          if (isNow && when === 'after') await happen()
          return result
        },
      { step: 'initialize', name: 'meanwhile' },
    )
}

const isLogPut = ({ commandName, table }: Call) => table === services.log.name && commandName.startsWith('Put')
const isReservationRead = ({ commandName, table, key }: Call) =>
  table === services.gates.table.name && commandName.startsWith('Get') && key.includes('reservation#')
const isContactPut = ({ commandName, table, key }: Call) =>
  table === accountServices.accounts.name && commandName.startsWith('Put') && key.includes('user#')

const putUser = (account: string, body: object) =>
  api.call('putUser', { params: { account }, body: { user: 'u-17', ...body } })
const user = async (account: string) => (await api.call('getUser', { params: { account }, query: 'user=u-17' })).body
const all = ceiling({ id: 'all', scope: { of: 'account' } })
const setCeiling = (account: string) => setLimits(api, account, { defaultTier: 'unlimited', unknown, ceilings: [all] })
/** Another request of access-api takes in what is new. */
const takeIn = (account: string) => api.call('checkAccess', { body: { account, user: 'u-18', category: 'text' } })

describe('while another request changes what it depends on', () => {
  test('an upgrade that is approved never takes a user down from where an admin has just put it', async () => {
    const filed = async () => {
      const account = await opened(api)
      expect((await setLimits(api, account)).status).toBe(200)
      const body = { user: 'u-17', category: 'text', wish: { tier: 'medium' }, reason: 'a report' }
      const reply = await api.call('fileUpgradeRequest', { params: { account }, body })
      return { account, request: reply.body.request as string }
    }
    const one = await filed()
    once('before', isLogPut, () => putUser(one.account, { tier: 'high' }))
    const grant = { grant: { tier: 'medium' } }
    expect(await api.call('decideUpgradeRequest', { params: one, body: grant })).toMatchObject({ status: 422 })
    expect(await user(one.account)).toMatchObject({ tier: 'high' })

    forget()
    const { account, request } = await filed()
    once('before', isLogPut, () => putUser(account, { tier: 'high' }))
    const phrase = `approve 1 request of ${account}`
    expect(
      await api.call('decideAllUpgradeRequests', {
        params: { account },
        body: { all: true, grant: 'as-asked', phrase },
      }),
    ).toMatchObject({ status: 200, body: { decided: 0, left: [{ request, why: 'not-higher' }] } })
    expect(await user(account)).toMatchObject({ tier: 'high' })
  })

  test('nobody comes into a tier that is being archived', async () => {
    const account = await opened(api)
    await setLimits(api, account)
    const tiers = limitsOf().tiers.map((tier) => (tier.id === 'medium' ? { ...tier, archived: true } : tier))
    once('before', isLogPut, () => setLimits(api, account, { tiers }))
    expect(await putUser(account, { tier: 'medium' })).toMatchObject({ body: { code: 'limits.no-such-tier' } })
  })

  test('an address that is taken away and given anew is neither lost nor brought back', async () => {
    const account = await opened(api)
    await putUser(account, { email: 'old@acme.example' })
    once('before', isContactPut, async () => {
      await putUser(account, { email: null })
      await putUser(account, { email: 'new@acme.example' })
    })
    expect((await putUser(account, { language: 'en' })).body).toMatchObject({
      email: 'new@acme.example',
      language: 'en',
    })
  })

  test('a reservation is decided at one page: by a ceiling that was just set too', async () => {
    const account = await accountWith(api)
    once('after', isReservationRead, async () => {
      await setCeiling(account)
      await takeIn(account)
    })
    const { reserve } = reservationsOf(api, account)
    expect(await reserve({ amount: { eur: '6' } })).toMatchObject({
      body: { allowed: false, limitSource: { ceiling: 'all' } },
    })
  })

  test('what is charged meanwhile is not counted as held and spent at once', async () => {
    const account = await accountWith(api, { ceilings: [all] })
    const { reserve } = reservationsOf(api, account)
    const { body } = await reserve({ amount: { credits: '300' } })
    once('after', isReservationRead, async () => {
      await charge(account, '300', { reservation: body.reservation })
      await takeIn(account)
    })
    expect(await reserve({ amount: { credits: '150' } })).toMatchObject({ status: 201 })
  })

  test('an access check whose price takes long is decided by what stands then', async () => {
    const account = await accountWith(api)
    const { catalogue } = services
    const cardsFor = catalogue.cardsFor.bind(catalogue)
    const slow = vi.spyOn(catalogue, 'cardsFor').mockImplementation(async (now) => {
      await setCeiling(account)
      await services.folds.atHead(account, 0)
      return await cardsFor(now)
    })
    const { decisions } = await checkAccess(
      { folds: services.folds, catalogue },
      { account, user: 'u-17', group: undefined, model: 'x/y', categories: ['text'], estimate: undefined, maxAgeMs: 0 },
      { now: Date.now, logger: console as never },
    )
    slow.mockRestore()
    expect(decisions).toMatchObject([{ kind: 'decided', by: { source: { kind: 'ceiling', id: 'all' } } }])
  })
})
