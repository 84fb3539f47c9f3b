import Stripe from 'stripe'
import { OutcomeUnknown, PaymentRefused } from '../provider.ts'

/** Stripe: what was refused as such will be refused again. Everything else may have happened, or happens a moment later. */
const REFUSED = new Set([400, 402, 404])

/** What an error of Stripe's means to us: that nobody knows, or that it will never be done. A wrong key is ours to mend: it is tried again. */
function asPaymentError(what: string, error: unknown): Error {
  if (error instanceof Stripe.errors.StripeError && REFUSED.has(error.statusCode ?? 0))
    return new PaymentRefused(what, error)
  return new OutcomeUnknown(what, error)
}

export async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw asPaymentError(what, error)
  }
}

/** The same, where nothing by that id is an answer. */
export async function askedFor<T>(what: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return undefined
    throw asPaymentError(what, error)
  }
}
