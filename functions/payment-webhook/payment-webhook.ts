import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Tools } from '../../shared/aws/lambda.ts'
import { PaymentSecretNotSet } from '../../shared/payments/io/payment-secret.ts'
import { LARGEST_WEBHOOK_BYTES, verifyWebhook } from '../../shared/payments/stripe/verify-webhook.ts'
import { isKnownEvent, rememberEvent } from '../../shared/top-ups/io/payment-events-table.ts'
import { hintTopUp } from '../../shared/top-ups/io/top-up-queue.ts'
import { hintOf } from './hint-of.ts'
import type { Ports } from './ports.ts'

/**
 * What the payment provider says → the top-up queue, before it is told that we heard.
 *
 * A webhook is a hint where to look. One that is not genuine leaves no trace but a count.
 */
export const paymentWebhook =
  (ports: Ports) =>
  async (
    request: APIGatewayProxyEventV2,
    { logger, metrics, now }: Tools,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const secret = await ports.secret().catch(unlessNotSet)
    if (secret === undefined) return { statusCode: 503, body: 'not set up' }
    const verdict = verifyWebhook(bytesOf(request), signatureOf(request), secret, now())
    if (verdict.kind === 'forged') {
      metrics.addMetric('WebhooksRefused', MetricUnit.Count, 1)
      logger.warn('a webhook was refused', { reason: verdict.reason })
      return { statusCode: 400, body: 'not genuine' }
    }
    const { event } = verdict
    const hint = hintOf(event)
    if (hint === undefined || (await isKnownEvent(ports.events, event.id))) return { statusCode: 200, body: 'ok' }
    await hintTopUp(ports.queue, hint)
    await rememberEvent(ports.events, event.id, now())
    return { statusCode: 200, body: 'ok' }
  }

/** Before the secret is filled in, whoever calls must not ring an alarm. The provider calls again. */
function unlessNotSet(error: unknown): undefined {
  if (!(error instanceof PaymentSecretNotSet)) throw error
}

/** The raw bytes, as they were signed. One that is too large to be genuine is not unpacked. */
function bytesOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Uint8Array {
  if (body.length > LARGEST_WEBHOOK_BYTES * 2) return new Uint8Array(LARGEST_WEBHOOK_BYTES + 1)
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
}

const signatureOf = ({ headers }: APIGatewayProxyEventV2): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'stripe-signature')?.[1]
