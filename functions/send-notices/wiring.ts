import { mailClient, secretsClient } from '../../shared/aws/clients.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import type { Ports } from './ports.ts'
import { webhookAddress } from './webhook-address.ts'
import { webhookSecret } from './webhook-secret.ts'

const settings = configuration([
  ...(['ACCOUNTS_TABLE', 'NOTICES_TABLE', 'MAIL_FROM', 'WEBHOOK_URL', 'WEBHOOK_SECRET_ARN'] as const),
])

const documents = documentClient()
const url = webhookAddress(settings.WEBHOOK_URL)
const secrets = {
  client: secretsClient(),
  arn: settings.WEBHOOK_SECRET_ARN,
}

/** The clients of this process, made once. */
export const ports: Ports = {
  accounts: new Table(documents, settings.ACCOUNTS_TABLE),
  notices: new Table(documents, settings.NOTICES_TABLE),
  mail: settings.MAIL_FROM === 'none' ? undefined : { client: mailClient(), from: settings.MAIL_FROM },
  webhook: url && { url, secret: webhookSecret(secrets, Date.now) },
}
