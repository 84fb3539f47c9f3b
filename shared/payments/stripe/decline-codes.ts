/** Stripe, "Decline codes": with these the same card will always fail; with all others it may pass later. */
const HARD: ReadonlySet<string> = new Set([
  ...[
    'account_closed',
    'card_not_supported',
    'currency_not_supported',
    'do_not_try_again',
    'expired_card',
    'fraudulent',
  ],
  ...[
    'incorrect_number',
    'invalid_account',
    'invalid_expiry_month',
    'invalid_expiry_year',
    'lost_card',
    'merchant_blacklist',
  ],
  ...[
    'new_account_information_available',
    'no_action_taken',
    'pickup_card',
    'restricted_card',
    'revocation_of_all_authorizations',
  ],
  ...[
    'revocation_of_authorization',
    'security_violation',
    'stolen_card',
    'stop_payment_order',
    'transaction_not_allowed',
  ],
])

/** Whether the same card will be declined again, whatever the time. */
export const isHardDecline = (code: string): boolean => HARD.has(code)

/** The bank wants the payer's confirmation: not a decline. */
export const AUTHENTICATION_REQUIRED = 'authentication_required'
