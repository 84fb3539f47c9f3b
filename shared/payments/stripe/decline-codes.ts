/** Stripe, "Decline codes": the same card fails again, whatever is done; all others may pass another time. */
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

export const isHardDecline = (code: string): boolean => HARD.has(code)

/** The bank wants to hear from the payer: no decline, but something to do. */
export const AUTHENTICATION_REQUIRED = 'authentication_required'
