import type { IntentStatus } from './objects.ts'

/** What becomes of a payment with a card. */
export interface Verdict {
  readonly status: IntentStatus
  readonly error: { readonly code: string; readonly decline_code?: string; readonly message: string } | undefined
}

const declined = (decline_code: string, message: string): Verdict => ({
  status: 'requires_payment_method',
  error: { code: 'card_declined', decline_code, message },
})

/** Stripe's test cards, by their last four digits; every other card pays. */
const BY_LAST_FOUR: ReadonlyMap<string, Verdict> = new Map([
  ['0002', declined('generic_decline', 'Your card was declined.')],
  ['9995', declined('insufficient_funds', 'Your card has insufficient funds.')],
  ['9987', declined('lost_card', 'Your card was declined.')],
  [
    '3184',
    {
      status: 'requires_payment_method',
      error: {
        code: 'authentication_required',
        decline_code: 'authentication_required',
        message: 'Authentication required.',
      },
    },
  ],
  // Not one of Stripe's: a debit that takes a while.
  ['0077', { status: 'processing', error: undefined }],
])

const PAID: Verdict = { status: 'succeeded', error: undefined }

/** @param isPresent the payer is on the page, and can confirm */
export function judge(lastFour: string, isPresent: boolean): Verdict {
  const verdict = BY_LAST_FOUR.get(lastFour) ?? PAID
  return isPresent && verdict.error?.code === 'authentication_required' ? PAID : verdict
}
