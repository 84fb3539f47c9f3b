import { PaymentRefused } from '../../shared/payments/provider.ts'

/** What the provider answers, or that it never will. */
export type Answered<T> =
  | { readonly kind: 'answer'; readonly answer: T }
  | { readonly kind: 'refused'; readonly detail: string }

/** Asks the provider one thing, and nothing else, so that no other refusal is taken for this one. That nobody knows goes up. */
export async function answered<T>(ask: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { kind: 'answer', answer: await ask() }
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw error
    return { kind: 'refused', detail: error.message }
  }
}
