import { credits, euros, rounded } from '../../../../shared/money/amounts.ts'
import type { ReceiptAnswer, ReceiptRow } from '../api/api-answers.ts'
import { type Column, grouped, tableLines } from '../table.ts'

const COLUMNS: readonly Column[] = [
  { title: 'Meter', align: 'left' },
  { title: 'Quantity', align: 'right' },
  { title: 'Rate', align: 'right' },
  { title: 'Cost', align: 'right' },
  { title: 'Credits', align: 'right' },
]

/** What the seed page prints: four decimals of a euro, two of a credit. */
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
  const lines = tableLines(COLUMNS, [...cells, exact])
  const rule = lines[1] ?? ''
  return [...lines.slice(0, -1), rule, ...lines.slice(-1)]
}

/** `3.00 € / 1M`, `0.005 € each`. */
function rateText({ price, per }: ReceiptRow): string {
  const exact = euros(price)
  const shown = `${exact.toFixed(Math.max(2, exact.decimalPlaces()))} €`
  if (per === '1') return `${shown} each`
  if (per === '1000000') return `${shown} / 1M`
  return `${shown} / ${grouped(per)}`
}
