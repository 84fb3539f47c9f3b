import { lambda } from '../../shared/aws/lambda.ts'
import { paymentWebhook } from './payment-webhook.ts'
import { ports } from './wiring.ts'

export const handler = lambda(paymentWebhook(ports))
