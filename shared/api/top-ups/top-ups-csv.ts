import { stringify } from 'csv-stringify/sync'
import type { TopUpState } from '../../ledger/tally/top-up-state.ts'
import { plain } from '../../money/exact.ts'
import { spreadsheetText } from '../../text/spreadsheet-text.ts'
import { instantText } from '../../time/instant.ts'
import { nextTryOf, paidAtOf, shownStatusOf, takenBackOf } from '../../top-ups/shown-top-up.ts'
import type { TopUp } from '../../top-ups/top-up.ts'

const COLUMNS = [
  ...['topUp', 'createdAt', 'origin', 'actor', 'status', 'reason', 'credits', 'net', 'discount', 'fee', 'tax', 'total'],
  ...['paidAt', 'paidWith', 'payment', 'reference', 'dueOn', 'page', 'declineCode', 'nextTry'],
  ...['takenBack', 'takenBackCredits'],
]

export const CSV_HEADER = `${COLUMNS.join(',')}\n`

/** Rows of the history. Texts that a spreadsheet would take for a formula are marked; amounts are not, or −12.50 would be text. */
export const topUpsCsv = (topUps: readonly TopUp[], state: TopUpState): string =>
  CSV_HEADER + stringify(topUps.map((topUp) => rowOf(topUp, state)))

function rowOf(topUp: TopUp, state: TopUpState): readonly string[] {
  const { id, origin, reason = '', credits, price, paidWith = '', payment = '', page, declineCode = '' } = topUp
  const back = takenBackOf(topUp)
  const nextTry = nextTryOf(topUp, state)
  const paidAt = paidAtOf(topUp)
  const actor = origin.kind === 'automatic' ? '' : origin.actor
  const [reference, dueOn] = origin.kind === 'invoice' ? [origin.reference, origin.dueOn] : ['', '']
  return [
    ...[
      spreadsheetText(id),
      instantText(topUp.createdAt),
      origin.kind,
      spreadsheetText(actor),
      shownStatusOf(topUp),
      reason,
      plain(credits),
    ],
    ...[price.net, price.discount, price.fee, price.tax, price.total].map((amount) => amount.toFixed(2)),
    ...[
      paidAt === undefined ? '' : instantText(paidAt),
      spreadsheetText(paidWith),
      spreadsheetText(payment),
      spreadsheetText(reference),
      dueOn,
    ],
    ...[
      page === undefined ? '' : String(page),
      spreadsheetText(declineCode),
      nextTry === undefined ? '' : instantText(nextTry),
    ],
    ...[back.paid.toFixed(2), plain(back.credits)],
  ]
}
