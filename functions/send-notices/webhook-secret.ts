import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type Instant, MINUTE_MS } from '../../shared/time/instant.ts'

/** A changed secret counts after this at the latest. */
const KEPT_MS = 5 * MINUTE_MS

/** What webhooks are signed with, in the form of Standard Webhooks, `whsec_` and base64: read again every five minutes. */
export function webhookSecret(
  { client, arn }: { readonly client: SecretsManagerClient; readonly arn: string },
  now: () => Instant,
): () => Promise<string> {
  let kept: { readonly secret: string; readonly at: Instant } | undefined
  return async () => {
    if (kept !== undefined && now() - kept.at < KEPT_MS) return kept.secret
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
    const secret = `whsec_${SecretString}`
    kept = { secret, at: now() }
    return secret
  }
}
