import { explanationShape } from '../../../../shared/api/credits/charges.ts'
import { entryShape } from '../../../../shared/api/credits/entry.ts'
import type { ChargeEntry } from '../../../../shared/ledger/entries/charge.ts'
import { amountText, credits, euros, rounded } from '../../../../shared/money/amounts.ts'
import type { RateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { missingText } from '../../../../shared/pricing/charge/missing-price.ts'
import { type Priced, priceByCard } from '../../../../shared/pricing/charge/price-usage.ts'
import { instantText } from '../../../../shared/time/instant.ts'
import type { ReceiptAnswer, ReceiptRow } from '../api/api-answers.ts'
import { Failure } from '../failure.ts'
import { amountWords, grouped, shown, tableLines } from '../table.ts'
import type { Logged } from './logged-entries.ts'

/** The product page prints four decimals of a euro, two of a credit. */
const EURO_DECIMALS = 4
const CREDIT_DECIMALS = 2

/**
 * A charge as a table: rows per meter rounded for the eye, the exact total below.
 *
 * The rounded rows may add up to something else than the total; the total is what was charged.
 */
export function receiptLines({ rows, total }: Pick<ReceiptAnswer, 'rows' | 'total'>): readonly string[] {
  const cells = rows.map((row) => [
    row.meter.replaceAll('_', ' '),
    grouped(row.quantity),
    rateText(row),
    `${rounded(euros(row.cost.eur), EURO_DECIMALS)} €`,
    rounded(credits(row.cost.credits), CREDIT_DECIMALS),
  ])
  const exact = ['Total, exact', '', '', `${total.eur} €`, total.credits]
  return tableLines(['Meter', '>Quantity', '>Rate', '>Cost', '>Credits'], [...cells, exact], { hasTotal: true })
}

/** `3.00 € / 1M`, `0.005 € each`. */
function rateText({ price, per }: ReceiptRow): string {
  const exact = euros(price)
  const amount = `${exact.toFixed(Math.max(2, exact.decimalPlaces()))} €`
  if (per === '1') return `${amount} each`
  return `${amount} / ${per === '1000000' ? '1M' : grouped(per)}`
}

/** How a charge came about: priced again, row by row, in the API's shape. */
export type Receipt = ReturnType<typeof explanationShape>

/** Prices a charge again. @throws Failure when its version does not give its credits: a wrong receipt is never shown */
export function receiptOf(account: string, charge: ChargeEntry, cards: readonly RateCard[]): Receipt {
  const { source, id, rateCard: version } = charge
  const card = cards.find((one) => one.version === version)
  const priced = card && priceByCard({ ...charge, account }, card)
  if (card !== undefined && priced?.kind === 'priced' && priced.total.eq(charge.credits))
    return explanationShape(charge, priced.rows, card, { kind: 'operator' })
  throw new Failure(
    `charge ${source} ${id} of ${account} is ${amountWords(charge.credits)} in the log; version ${version} of the rate card ${foundText(priced, charge)}. groschen verify says whether more is wrong`,
  )
}

/** `undefined`: there is no such version. */
function foundText(priced: Priced | undefined, { service }: ChargeEntry): string {
  switch (priced?.kind) {
    case undefined:
      return 'is not there'
    case 'priced':
      return `comes to ${amountWords(priced.total)}`
    case 'unpriced':
      return `has ${missingText(priced.missing, service)}`
    case 'out-of-range':
      return 'comes to more than one event may cost'
  }
}

/** What was used, when, by which user, and the receipt. */
export function chargeLines(
  { service, variant, category, time, user, group, source, id }: ChargeEntry,
  receipt: Receipt,
): readonly string[] {
  return [
    `${shown(service)}${variant === '' ? '' : ` ${shown(variant)}`}, ${category}, ${instantText(time)}`,
    `by ${shown(user)}${group === undefined ? '' : ` of ${shown(group)}`}`,
    `${shown(source)} ${shown(id)}`,
    '',
    ...receiptLines(receipt),
    '',
  ]
}

/** An entry with the balance after it, in the API's shape. */
export const loggedShape = ({ entry, header, position, balance }: Logged) => ({
  ...entryShape(entry, header.seq, position),
  balanceAfter: amountText(balance),
})
