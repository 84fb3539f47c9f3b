import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod/mini'
import { type Fault, GroschenError } from '../errors/groschen-error.ts'
import { type Instant, MINUTE_MS } from '../time/instant.ts'

const schema = z.strictObject({
  apiKey: z.string().check(z.minLength(8)),
  /** Two while one is being replaced. */
  webhookSecrets: z.array(z.string().check(z.minLength(8))).check(z.minLength(1), z.maxLength(2)),
  providerAccount: z.string().check(z.minLength(1)),
  isLive: z.boolean(),
  apiBase: z.optional(z.url()),
})

/** What a stage knows of its payment provider. */
export type PaymentSecret = z.infer<typeof schema>

/** The secret is not there, or not what it should be: nothing can be paid until somebody mends it. */
export class PaymentSecretUnusable extends GroschenError {
  readonly code = 'payments.secret-unusable'
  readonly fault: Fault = 'retry'
  constructor(arn: string, finding: string) {
    super(`the secret ${arn} of the payment provider ${finding}; see infra/README.md for what it has to hold`)
  }
}

/** Rotated secrets count after this at the latest. */
const KEPT_MS = 5 * MINUTE_MS

/** The secret, read again every five minutes. Returns a function that reads it. */
export function paymentSecret(
  { client, arn }: { readonly client: SecretsManagerClient; readonly arn: string },
  now: () => Instant,
): () => Promise<PaymentSecret> {
  let kept: { readonly secret: PaymentSecret; readonly at: Instant } | undefined
  return async () => {
    if (kept !== undefined && now() - kept.at < KEPT_MS) return kept.secret
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
    const secret = readPaymentSecret(arn, SecretString)
    kept = { secret, at: now() }
    return secret
  }
}

function readPaymentSecret(arn: string, text: string): PaymentSecret {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new PaymentSecretUnusable(arn, 'is not JSON')
  }
  const { data, error } = schema.safeParse(given)
  if (data === undefined) throw new PaymentSecretUnusable(arn, `is wrong at /${error?.issues[0]?.path.join('/') ?? ''}`)
  return data
}
