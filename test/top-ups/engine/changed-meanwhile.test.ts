import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PaymentSecret } from '../../../shared/payments/io/payment-secret.ts'
import { StripeProvider } from '../../../shared/payments/stripe/stripe-provider.ts'
import { advanceAccount } from '../../../shared/top-ups/io/advance-account.ts'
import type { TopUpPorts } from '../../../shared/top-ups/io/top-up-ports.ts'
import { readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { SECRET, startWorld, tools, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => await world.stop())

const portsOf = (): TopUpPorts => ({ ...world.ports, ...tools, report: () => undefined })

describe('a request whose answer got lost is made again', () => {
  test('though the e-mail of the payer was edited meanwhile', async () => {
    const request = { account: 'edited', name: 'Acme', email: 'old@example.com' }
    const first = await world.provider.createCustomer(request)
    expect(await world.provider.createCustomer(request)).toBe(first)
    await expect(world.provider.createCustomer({ ...request, email: 'new@example.com' })).resolves.toMatch(/^cus_/)
  })

  test('though the language was changed meanwhile: the page where a method is stored is another one', async () => {
    const customer = await world.provider.createCustomer({ account: 'a', name: 'Acme', email: undefined })
    const request = { customer, key: 'k', language: 'de', returnUrl: 'http://127.0.0.1:9/' }
    const { id } = await world.provider.setup(request)
    expect((await world.provider.setup(request)).id).toBe(id)
    expect((await world.provider.setup({ ...request, language: 'en' })).id).not.toBe(id)
  })

  test('though the language was changed meanwhile: the page where a top-up is paid is the same one', async () => {
    const account = await world.openAccount('3184')
    const pages: string[] = []
    const losing: TopUpPorts['provider'] = {
      ...world.provider,
      checkout: async (request) => {
        pages.push((await world.provider.checkout(request)).id)
        throw new Error('the answer got lost')
      },
    }
    await expect(advanceAccount({ ...portsOf(), provider: losing }, account)).rejects.toThrow('got lost')
    const billing: TopUpPorts['billing'] = async () => ({ version: 2, language: 'en', email: undefined })
    await advanceAccount({ ...portsOf(), billing }, account)
    const { status, checkout } = (await readTopUp(world.ports.topUps, account, 'auto-1'))!
    expect([status, checkout?.id]).toEqual(['needs-action', ...pages])
  })

  test('with the other key, where the provider has just replaced the one we have', async () => {
    const apiBase = world.payments.address
    const [old, current] = [SECRET.apiKey.replace('integration', 'replaced'), SECRET.apiKey].map((apiKey) => ({
      apiKey,
      isLive: false,
      apiBase,
    })) as [PaymentSecret, PaymentSecret]
    let asked = 0
    const provider = new StripeProvider(async (refused) => {
      asked += refused === undefined ? 0 : 1
      return asked > 0 ? current : old
    }, Date.now)
    await expect(provider.createCustomer({ account: 'b', name: 'B', email: undefined })).resolves.toMatch(/^cus_/)
    expect(asked).toBe(1)
  })
})
