import type { Taking } from '../payments/payment.ts'
import type { Language } from '../text/language.ts'

interface ReceiptWords {
  readonly title: string
  readonly number: string
  readonly paidOn: string
  readonly paidWith: string
  readonly payment: string
  readonly invoice: string
  readonly dueOn: string
  readonly purchaseReference: string
  readonly vatId: string
  readonly from: string
  readonly to: string
  readonly what: string
  readonly amount: string
  readonly credits: (count: string) => string
  readonly discount: string
  readonly fee: string
  readonly tax: string
  readonly total: string
  readonly takings: Readonly<Record<Taking['cause'], string>>
  /** Where a form of it has no letter for a script. */
  readonly missingLetters: string
}

/** The words of receipts, beside names and amounts. */
export const receiptWords: Readonly<Record<Language, ReceiptWords>> = {
  de: {
    title: 'Beleg',
    number: 'Belegnummer',
    paidOn: 'Datum',
    paidWith: 'Bezahlt mit',
    payment: 'Zahlung',
    invoice: 'Rechnung',
    dueOn: 'Fällig am',
    purchaseReference: 'Ihre Bestellnummer',
    vatId: 'USt-IdNr.',
    from: 'Von',
    to: 'An',
    what: 'Leistung',
    amount: 'Betrag',
    credits: (count) => `Guthaben: ${count}`,
    discount: 'Rabatt',
    fee: 'Gebühr',
    tax: 'Umsatzsteuer',
    total: 'Summe',
    takings: {
      refund: 'Danach erstattet',
      dispute: 'Danach zurückgebucht',
      'dispute-won': 'Rückbuchung aufgehoben',
      'refund-failed': 'Erstattung nicht angekommen',
    },
    missingLetters: '▯ steht für ein Schriftzeichen, das in diesem PDF fehlt; die HTML-Fassung des Belegs hat es.',
  },
  en: {
    title: 'Receipt',
    number: 'Receipt number',
    paidOn: 'Date',
    paidWith: 'Paid with',
    payment: 'Payment',
    invoice: 'Invoice',
    dueOn: 'Due on',
    purchaseReference: 'Your purchase reference',
    vatId: 'VAT ID',
    from: 'From',
    to: 'To',
    what: 'Item',
    amount: 'Amount',
    credits: (count) => count,
    discount: 'Discount',
    fee: 'Fee',
    tax: 'VAT',
    total: 'Total',
    takings: {
      refund: 'Refunded since',
      dispute: 'Charged back since',
      'dispute-won': 'Chargeback reversed',
      'refund-failed': 'Refund not received',
    },
    missingLetters: '▯ stands for a character that this PDF has no font for; the HTML page of this receipt has it.',
  },
}
