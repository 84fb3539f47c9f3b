import type { Euros } from '../money/amounts.ts'
import { isReturn } from '../money/taking-causes.ts'
import type { Language } from '../text/language.ts'
import type { Instant } from '../time/instant.ts'
import type { TopUp } from '../top-ups/top-up.ts'
import type { BillingVersion } from './billing-details.ts'
import { calendarDay, countedCredits, dayIn, euroText } from './local-form.ts'
import { receiptWords } from './receipt-words.ts'
import type { Seller } from './seller.ts'

/** A label with its value. */
type Line = readonly [label: string, value: string]

/** The content of a receipt, in its reader's language and order; HTML and PDF only draw it. */
export interface Receipt {
  readonly language: Language
  readonly title: string
  readonly number: string
  readonly facts: readonly Line[]
  readonly seller: { readonly label: string; readonly lines: readonly string[] }
  readonly buyer: { readonly label: string; readonly lines: readonly string[] }
  readonly heads: Line
  readonly rows: readonly Line[]
  readonly total: Line
  /** Later takings. */
  readonly takings: readonly Line[]
  readonly note: string | undefined
  /** For a form that lacks letters of some script: where they are. */
  readonly missingLetters: string
  readonly paidAt: Instant
}

/** The number on a receipt: one for each top-up, for ever. */
export const receiptNumber = (account: string, topUp: string): string => `${account}/${topUp}`

const STATUSES: readonly TopUp['status'][] = ['credited', 'refunded', 'disputed']

/** Whether a top-up was paid and credited, and so has a receipt. */
export const hasReceipt = ({ status }: TopUp): boolean => STATUSES.includes(status)

/**
 * The receipt of a purchase, with the billing details that were in force when it was wanted.
 *
 * @param billing the version that the purchase names; `undefined`: there was none, and the account's name stands alone
 */
export function receiptOf(
  topUp: TopUp,
  { name, timeZone }: { readonly name: string; readonly timeZone: string },
  billing: BillingVersion | undefined,
  seller: Seller,
): Receipt {
  const language = billing?.language ?? 'de'
  const words = receiptWords[language]
  const { price, origin } = topUp
  const paidAt = topUp.paidAt ?? topUp.createdAt
  const number = receiptNumber(topUp.account, topUp.id)
  const money = (amount: Euros) => euroText(amount, language)
  const vatLine = (vatId: string | undefined) => (vatId === undefined ? [] : [`${words.vatId} ${vatId}`])
  const unlessZero = (label: string, amount: Euros): readonly Line[] =>
    amount.isZero() ? [] : [[label, money(amount)]]
  return {
    language,
    title: words.title,
    number,
    paidAt,
    facts: [
      [words.number, number],
      [words.paidOn, dayIn(paidAt, timeZone, language)],
      ...(origin.kind === 'invoice'
        ? ([
            [words.invoice, origin.reference],
            [words.dueOn, calendarDay(origin.dueOn, language)],
          ] as const)
        : known(words.payment, topUp.payment)),
      ...known(words.paidWith, topUp.paidWith),
      ...known(words.purchaseReference, billing?.purchaseReference),
    ],
    seller: { label: words.from, lines: [seller.name, ...seller.lines, ...vatLine(seller.vatId)] },
    buyer: {
      label: words.to,
      lines: billing === undefined ? [name] : [billing.company, ...addressLines(billing), ...vatLine(billing.vatId)],
    },
    heads: [words.what, words.amount],
    rows: [
      [words.credits(countedCredits(topUp.credits, language)), money(price.net)],
      ...unlessZero(words.discount, price.discount.negated() as Euros),
      ...unlessZero(words.fee, price.fee),
      [words.tax, money(price.tax)],
    ],
    total: [words.total, money(price.total)],
    takings: topUp.takings.map(({ cause, amount }) => [
      words.takings[cause],
      money(isReturn(cause) ? amount : (amount.negated() as Euros)),
    ]),
    note: seller.note?.[language],
    missingLetters: words.missingLetters,
  }
}

const known = (label: string, value: string | undefined): readonly Line[] =>
  value === undefined ? [] : [[label, value]]

/** As Deutsche Post and Royal Mail both take it: postcode and city in one line, the country below. */
function addressLines({ address, language }: BillingVersion): readonly string[] {
  const { lines, postcode, city, country } = address
  const named = new Intl.DisplayNames(language, { type: 'region' }).of(country) ?? country
  return [...lines, postcode === '-' ? city : `${postcode} ${city}`, named]
}
