import { stringify } from 'csv-stringify/sync'
import { plain } from '../../shared/money/exact.ts'
import { instantText } from '../../shared/time/instant.ts'
import { paidAtOf } from '../../shared/top-ups/shown-top-up.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'

const COLUMNS = [
  ...['topUp', 'createdAt', 'origin', 'actor', 'status', 'reason', 'credits', 'net', 'discount', 'fee', 'tax', 'total'],
  ...['paidAt', 'paidWith', 'payment', 'reference', 'dueOn', 'page'],
]

export const CSV_HEADER = `${COLUMNS.join(',')}\n`

/** Rows of the history. Texts that a spreadsheet would take for a formula are marked; amounts are not, or −12.50 would be text. */
export const topUpsCsv = (topUps: readonly TopUp[]): string => CSV_HEADER + stringify(topUps.map(rowOf))

function rowOf(topUp: TopUp): readonly string[] {
  const { id, origin, status, reason = '', credits, price, paidWith = '', payment = '', page } = topUp
  const paidAt = paidAtOf(topUp)
  const actor = origin.kind === 'automatic' ? '' : origin.actor
  const [reference, dueOn] = origin.kind === 'invoice' ? [origin.reference, origin.dueOn] : ['', '']
  return [
    ...[text(id), instantText(topUp.createdAt), origin.kind, text(actor), status, reason, plain(credits)],
    ...[price.net, price.discount, price.fee, price.tax, price.total].map((amount) => amount.toFixed(2)),
    ...[paidAt === undefined ? '' : instantText(paidAt), text(paidWith), text(payment), text(reference), dueOn],
    page === undefined ? '' : String(page),
  ]
}

/** Spreadsheets run what begins with one of these (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/

const text = (value: string): string => (FORMULA.test(value) ? `'${value}` : value)
