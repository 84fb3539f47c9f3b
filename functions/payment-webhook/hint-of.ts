import type { WebhookEvent } from '../../shared/payments/stripe/verify-webhook.ts'
import type { TopUpHint } from '../../shared/top-ups/io/top-up-queue.ts'

const CHECKOUT = /^checkout\.session\.(completed|expired|async_payment_succeeded|async_payment_failed)$/
const PAYMENT = /^payment_intent\.(succeeded|payment_failed|processing|canceled|requires_action)$/
const CUSTOMER = /^customer\.updated$/
const METHOD = /^payment_method\.(attached|automatically_updated)$/
const MONEY_BACK = /^(charge\.refunded|charge\.refund\.updated|refund\.\w+|charge\.dispute\.\w+)$/

/** Where function top-up has to look; `undefined`: nowhere. */
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
