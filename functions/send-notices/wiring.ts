import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import type { Ports } from './ports.ts'
import { webhookAddress } from './webhook-address.ts'
import { webhookSecret } from './webhook-secret.ts'

const settings = configuration([
  ...(['ACCOUNTS_TABLE', 'NOTICES_TABLE', 'MAIL_FROM', 'WEBHOOK_URL', 'WEBHOOK_SECRET_ARN'] as const),
])

/** The SDK's own timeouts, without end, outlive a function. */
const requestHandler = { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true }

const documents = documentClient()
const url = webhookAddress(settings.WEBHOOK_URL)
const secrets = {
  client: new SecretsManagerClient({ maxAttempts: 3, requestHandler }),
  arn: settings.WEBHOOK_SECRET_ARN,
}

/** The clients of this process, made once. */
export const ports: Ports = {
  accounts: { documents, name: settings.ACCOUNTS_TABLE },
  notices: { documents, name: settings.NOTICES_TABLE },
  mail:
    settings.MAIL_FROM === 'none'
      ? undefined
      : { client: new SESv2Client({ maxAttempts: 1, requestHandler }), from: settings.MAIL_FROM },
  webhook: url && { url, secret: webhookSecret(secrets, Date.now) },
}
