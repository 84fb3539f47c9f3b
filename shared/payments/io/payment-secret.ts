import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod/mini'
import { type Fault, GroschenError } from '../../errors/groschen-error.ts'
import { type Instant, MINUTE_MS, SECOND_MS } from '../../time/instant.ts'

const apiSchema = z.strictObject({
  apiKey: z.string().check(z.minLength(8)),
  isLive: z.boolean(),
  apiBase: z.optional(z.url()),
})

const webhookSchema = z.strictObject({
  /** Two while one is being replaced. */
  webhookSecrets: z.array(z.string().check(z.minLength(8))).check(z.minLength(1), z.maxLength(2)),
  providerAccount: z.string().check(z.minLength(1)),
  isLive: z.boolean(),
})

/** A stage's key for its payment provider. */
export type PaymentSecret = z.infer<typeof apiSchema>

/** A stage's secrets to verify its payment provider's webhooks. They are apart, so that the public webhook function can't pay. */
export type PaymentWebhookSecret = z.infer<typeof webhookSchema>

/** The secret is missing or malformed: nothing can be paid until an operator corrects it. */
export class PaymentSecretUnusable extends GroschenError {
  readonly code = 'payments.secret-unusable'
  readonly fault: Fault = 'retry'
  constructor(arn: string, finding: string) {
    super(`the secret ${arn} of the payment provider ${finding}; see infra/README.md for what it has to hold`)
  }
}

/** The secret still has its first content: no operator has filled it in yet, so this stage sells nothing. */
export class PaymentSecretNotSet extends PaymentSecretUnusable {
  constructor(arn: string) {
    super(arn, 'was never filled in')
  }
}

/** The first content of a secret, by CloudFormation (`infra/constructs/payment-settings.ts`). */
const notSetSchema = z.object({ isSet: z.literal(false) })

/** Rotated secrets count after this at the latest. */
const KEPT_MS = 5 * MINUTE_MS
/** … and after this, where the provider refuses the one we have: each refused request asks again, but not all at once. */
const REFUSED_KEPT_MS = 10 * SECOND_MS

/** Reads a secret. `refused`: one that the provider takes no longer; the answer may be the same. */
export type SecretOf<T> = (refused?: T) => Promise<T>

export interface SecretSource {
  readonly client: Pick<SecretsManagerClient, 'send'>
  readonly arn: string
}

/** The stage's key of the provider's API. */
export const paymentSecret = (source: SecretSource, now: () => Instant): SecretOf<PaymentSecret> =>
  kept(source, now, apiSchema)

/** What the stage checks the provider's webhooks by. */
export const paymentWebhookSecret = (source: SecretSource, now: () => Instant): SecretOf<PaymentWebhookSecret> =>
  kept(source, now, webhookSchema)

/** The secret, read again every five minutes, and when it was refused. */
function kept<T>({ client, arn }: SecretSource, now: () => Instant, schema: z.ZodMiniType<T>): SecretOf<T> {
  let known: { readonly secret: T; readonly at: Instant } | undefined
  return async (refused) => {
    const keptMs = known !== undefined && known.secret === refused ? REFUSED_KEPT_MS : KEPT_MS
    if (known !== undefined && now() - known.at < keptMs) return known.secret
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
    const secret = read(arn, SecretString, schema)
    known = { secret, at: now() }
    return secret
  }
}

function read<T>(arn: string, text: string, schema: z.ZodMiniType<T>): T {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new PaymentSecretUnusable(arn, 'is not JSON')
  }
  if (notSetSchema.safeParse(given).success) throw new PaymentSecretNotSet(arn)
  const { data, error } = schema.safeParse(given)
  if (data === undefined) throw new PaymentSecretUnusable(arn, `is wrong at /${error?.issues[0]?.path.join('/') ?? ''}`)
  return data
}
