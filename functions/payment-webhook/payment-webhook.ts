import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Tools } from '../../shared/aws/lambda.ts'
import { PaymentSecretNotSet, type PaymentWebhookSecret } from '../../shared/payments/io/payment-secret.ts'
import { LARGEST_WEBHOOK_BYTES, verifyWebhook, type WebhookEvent } from '../../shared/payments/stripe/verify-webhook.ts'
import { isKnownEvent, type PaymentEventsTable, rememberEvent } from '../../shared/top-ups/io/payment-events-table.ts'
import { hintTopUp, type TopUpHint, type TopUpQueue } from '../../shared/top-ups/io/top-up-queue.ts'

/** The clients by which webhooks of the payment provider are passed on. */
export interface PaymentWebhookPorts {
  readonly secret: () => Promise<PaymentWebhookSecret>
  readonly queue: TopUpQueue
  readonly events: PaymentEventsTable
}

/**
 * The payment provider's webhooks → the top-up queue; the provider gets its answer only then.
 *
 * A webhook is a hint where to look. One that is not genuine is counted, and leaves no other trace.
 */
export const paymentWebhook =
  (ports: PaymentWebhookPorts) =>
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

/** Before the secret is filled in, a call must not ring an alarm. The provider calls again. */
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

const CHECKOUT = /^checkout\.session\.(completed|expired|async_payment_succeeded|async_payment_failed)$/
const PAYMENT = /^payment_intent\.(succeeded|payment_failed|processing|canceled|requires_action)$/
const CUSTOMER = /^customer\.updated$/
const METHOD = /^payment_method\.(attached|automatically_updated)$/
const MONEY_BACK = /^(charge\.refunded|charge\.refund\.updated|refund\.\w+|charge\.dispute\.\w+)$/

/** The hint for the function top-up; `undefined`: none. */
export function hintOf({ type, object }: WebhookEvent): TopUpHint | undefined {
  if (PAYMENT.test(type)) return idIn(object['id'], (payment) => ({ payment }))
  if (CHECKOUT.test(type)) return idIn(object['id'], (checkout) => ({ checkout }))
  if (CUSTOMER.test(type)) return idIn(object['id'], (customer) => ({ customer }))
  if (METHOD.test(type)) return idIn(object['customer'], (customer) => ({ customer }))
  if (MONEY_BACK.test(type)) return idIn(object['payment_intent'], (payment) => ({ payment }))
  return undefined
}

const idIn = (id: unknown, hint: (id: string) => TopUpHint): TopUpHint | undefined =>
  typeof id === 'string' && /^[A-Za-z0-9_]{1,200}$/.test(id) ? hint(id) : undefined
