import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { configuration } from '../../shared/aws/configuration.ts'
import { documentClient } from '../../shared/aws/document-client.ts'
import { paymentWebhookSecret } from '../../shared/payments/io/payment-secret.ts'
import type { Ports } from './ports.ts'

const settings = configuration(['PAYMENT_WEBHOOK_SECRET_ARN', 'TOP_UP_QUEUE_URL', 'PAYMENT_EVENTS_TABLE'])

/** The SDK's own timeouts, without end, outlive a function. */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
}

/** The clients of this process, made once. */
export const ports: Ports = {
  secret: paymentWebhookSecret(
    { client: new SecretsManagerClient(patience), arn: settings.PAYMENT_WEBHOOK_SECRET_ARN },
    Date.now,
  ),
  queue: { sqs: new SQSClient(patience), url: settings.TOP_UP_QUEUE_URL },
  events: { documents: documentClient(), name: settings.PAYMENT_EVENTS_TABLE },
}
