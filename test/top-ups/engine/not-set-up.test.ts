import { afterAll, beforeAll, expect, test } from 'vitest'
import { paymentWebhook } from '../../../functions/payment-webhook/payment-webhook.ts'
import { topUp } from '../../../functions/top-up/top-up.ts'
import { PaymentSecretNotSet, PaymentSecretUnusable } from '../../../shared/payments/io/payment-secret.ts'
import { StripeProvider } from '../../../shared/payments/stripe/stripe-provider.ts'
import { startWorld, tools, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const reconciledWith = async (failure: Error): Promise<unknown> => {
  const provider = new StripeProvider(() => Promise.reject(failure), Date.now)
  return await topUp({ ...world.ports, provider })({ reconcile: true }, tools)
}

test('a new stage, whose payment secret nobody filled in yet, has nothing to reconcile, and rings no alarm', async () => {
  expect(await reconciledWith(new PaymentSecretNotSet('arn:one'))).toBeUndefined()
})

test('neither does a call of its webhook, which anybody can make', async () => {
  const ports = {
    secret: () => Promise.reject(new PaymentSecretNotSet('arn:one')),
    queue: undefined,
    events: undefined,
  }
  const request = { headers: { 'stripe-signature': 't=1,v1=00' }, body: '{}', isBase64Encoded: false }
  const answer = await paymentWebhook(ports as never)(request as never, tools)
  expect(answer).toEqual({ statusCode: 503, body: 'not set up' })
})

test('one whose payment secret is wrong does', async () => {
  await expect(reconciledWith(new PaymentSecretUnusable('arn:one', 'is not JSON'))).rejects.toThrow('is not JSON')
})
