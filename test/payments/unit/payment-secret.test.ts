import { describe, expect, test } from 'vitest'
import {
  PaymentSecretNotSet,
  PaymentSecretUnusable,
  paymentSecret,
  paymentWebhookSecret,
} from '../../../shared/payments/io/payment-secret.ts'

const held = { apiKey: 'rk_test_first', isLive: false }

/** A store of secrets, and a clock. */
function storeWith(first: object) {
  const store = { text: JSON.stringify(first), reads: 0, now: 0 }
  const send = async () => {
    store.reads += 1
    return { SecretString: store.text }
  }
  return { store, source: { client: { send } as never, arn: 'arn:one' } }
}

describe('the secret that pays', () => {
  test('is read again after five minutes, and not before', async () => {
    const { store, source } = storeWith(held)
    const secretOf = paymentSecret(source, () => store.now)
    for (const now of [0, 299_999, 300_000, 300_001]) {
      store.now = now
      await secretOf()
    }
    expect(store.reads).toBe(2)
  })

  test('that the provider refused is read again at once, but not more often than every ten seconds', async () => {
    const { store, source } = storeWith(held)
    const secretOf = paymentSecret(source, () => store.now)
    const refused = await secretOf()
    store.text = JSON.stringify({ ...held, apiKey: 'rk_test_second' })
    expect(await secretOf(refused)).toBe(refused)
    store.now = 10_000
    expect((await secretOf(refused)).apiKey).toBe('rk_test_second')
    expect((await secretOf(refused)).apiKey).toBe('rk_test_second')
    expect(store.reads).toBe(2)
  })

  test('that was never filled in is told apart from one that is wrong', async () => {
    const made = storeWith({ isSet: false, madeUp: 'L5fh2kJq8wM1zXc0' })
    for (const read of [paymentSecret, paymentWebhookSecret])
      await expect(read(made.source, () => 0)()).rejects.toThrow(PaymentSecretNotSet)
    const wrong = storeWith({ apiKey: 'rk_test_first' })
    const failure = await paymentSecret(wrong.source, () => 0)().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PaymentSecretUnusable)
    expect(failure).not.toBeInstanceOf(PaymentSecretNotSet)
  })

  test('has nothing of webhooks in it, and theirs nothing that pays', async () => {
    const both = { ...held, webhookSecrets: ['whsec_one'], providerAccount: 'acct_1' }
    for (const read of [paymentSecret, paymentWebhookSecret])
      await expect(read(storeWith(both).source, () => 0)()).rejects.toThrow('arn:one')
  })
})
