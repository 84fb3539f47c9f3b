import { mailClient, secretsClient } from '../../shared/aws/clients.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { WebhookSecret, webhookAddress } from '../../shared/notices/io/send-webhook.ts'
import type { NoticePorts } from './send-notices.ts'

const settings = configuration([
  ...(['ACCOUNTS_TABLE', 'NOTICES_TABLE', 'MAIL_FROM', 'WEBHOOK_URL', 'WEBHOOK_SECRET_ARN'] as const),
])

const documents = documentClient()
const url = webhookAddress(settings.WEBHOOK_URL)
const secret = new WebhookSecret({ client: secretsClient(), arn: settings.WEBHOOK_SECRET_ARN }, Date.now)

/** The clients of this process, made once. */
export const ports: NoticePorts = {
  accounts: new Table(documents, settings.ACCOUNTS_TABLE),
  notices: new Table(documents, settings.NOTICES_TABLE),
  mail: settings.MAIL_FROM === 'none' ? undefined : { client: mailClient(), from: settings.MAIL_FROM },
  webhook: url && { url, secret: () => secret.read() },
}
