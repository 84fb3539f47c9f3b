import { queueClient, secretsClient } from '../../shared/aws/clients.ts'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { Table } from '../../shared/aws/table.ts'
import { paymentWebhookSecret } from '../../shared/payments/io/payment-secret.ts'
import type { PaymentWebhookPorts } from './payment-webhook.ts'

const settings = configuration(['PAYMENT_WEBHOOK_SECRET_ARN', 'TOP_UP_QUEUE_URL', 'PAYMENT_EVENTS_TABLE'])

/** The clients of this process, made once. */
export const ports: PaymentWebhookPorts = {
  secret: paymentWebhookSecret({ client: secretsClient(), arn: settings.PAYMENT_WEBHOOK_SECRET_ARN }, Date.now),
  queue: { sqs: queueClient(), url: settings.TOP_UP_QUEUE_URL },
  events: new Table(documentClient(), settings.PAYMENT_EVENTS_TABLE),
}
