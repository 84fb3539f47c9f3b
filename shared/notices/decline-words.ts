import type { Language } from '../text/language.ts'

/** The words for a decline: what happened, and the remedy. */
export type DeclineAdvice =
  | 'no-funds'
  | 'expired'
  | 'wrong-details'
  | 'not-for-this'
  | 'too-often'
  | 'at-the-bank'
  | 'closed'
  | 'try-again'

/**
 * Stripe, "Decline codes". A card that was lost or stolen, or looks so, gets the words of a common decline:
 * they must not warn a thief.
 */
const ADVICE: ReadonlyMap<string, DeclineAdvice> = new Map([
  ...words('no-funds', ['insufficient_funds', 'withdrawal_count_limit_exceeded']),
  ...words('expired', ['expired_card']),
  ...words('wrong-details', [
    ...['incorrect_number', 'invalid_number', 'incorrect_cvc', 'invalid_cvc', 'incorrect_zip', 'incorrect_address'],
    ...['invalid_expiry_month', 'invalid_expiry_year'],
  ]),
  ...words('not-for-this', [
    'card_not_supported',
    'currency_not_supported',
    'transaction_not_allowed',
    'testmode_decline',
  ]),
  ...words('too-often', ['card_velocity_exceeded', 'duplicate_transaction']),
  ...words('closed', ['account_closed', 'invalid_account', 'new_account_information_available']),
  ...words('try-again', ['processing_error', 'issuer_not_available', 'reenter_transaction', 'try_again_later']),
])

function words(advice: DeclineAdvice, codes: readonly string[]): readonly (readonly [string, DeclineAdvice])[] {
  return codes.map((code) => [code, advice] as const)
}

/** Every other code is a matter between the bank and the payer. */
export const adviceOn = (code: string): DeclineAdvice => ADVICE.get(code) ?? 'at-the-bank'

export const declineWords: Readonly<Record<Language, Readonly<Record<DeclineAdvice, string>>>> = {
  de: {
    'no-funds':
      'Das Konto dahinter ist nicht gedeckt. Gleichen Sie es aus oder hinterlegen Sie ein anderes Zahlungsmittel.',
    expired: 'Die Karte ist abgelaufen. Hinterlegen Sie eine gültige.',
    'wrong-details': 'Angaben zur Karte stimmen nicht. Hinterlegen Sie sie noch einmal.',
    'not-for-this': 'Die Karte lässt solche Zahlungen nicht zu. Hinterlegen Sie eine andere oder fragen Sie Ihre Bank.',
    'too-often':
      'Die Bank lässt mit dieser Karte im Moment keine weitere Zahlung zu. Warten Sie, oder fragen Sie Ihre Bank.',
    'at-the-bank': 'Die Bank nennt keinen Grund. Fragen Sie Ihre Bank oder hinterlegen Sie ein anderes Zahlungsmittel.',
    closed: 'Das Konto dahinter gibt es so nicht mehr. Hinterlegen Sie ein anderes Zahlungsmittel.',
    'try-again': 'Die Bank war nicht zu erreichen. Sie müssen nichts tun, solange es nicht wieder geschieht.',
  },
  en: {
    'no-funds': 'There is not enough money behind it. Provide for it, or store another payment method.',
    expired: 'The card has expired. Store a valid one.',
    'wrong-details': 'Details of the card are wrong. Store it again.',
    'not-for-this': 'The card does not allow such payments. Store another one, or ask your bank.',
    'too-often': 'The bank allows no further payment with this card at the moment. Wait, or ask your bank.',
    'at-the-bank': 'The bank gives no reason. Ask your bank, or store another payment method.',
    closed: 'The account behind it is not there any more. Store another payment method.',
    'try-again': 'The bank could not be reached. You need not do anything unless it happens again.',
  },
}
