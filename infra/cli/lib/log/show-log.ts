import { entryShape } from '../../../../shared/api/credits/entry.ts'
import type { ChargeEntry } from '../../../../shared/ledger/entries/charge.ts'
import { amountText } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import type { RateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { instantText } from '../../../../shared/time/instant.ts'
import { grouped } from '../table.ts'
import { shown } from './entry-lines.ts'
import type { Logged } from './logged-entries.ts'
import { receiptLines } from './receipt.ts'
import { receiptOf } from './receipts.ts'

/** How entries are written: for a person, or one JSON object a line, in the API's shape. */
export type Show = (logged: readonly Logged[]) => readonly string[]

export const asJson: Show = (logged) => logged.map((one) => JSON.stringify(shapeOf(one)))

/** Charges with how their prices came about. */
export const asReceipts =
  (cards: readonly RateCard[]): Show =>
  (logged) =>
    logged.flatMap(({ entry, header, position, balance }) => {
      if (entry.kind !== 'charge') return []
      const { source, id, time, user, group, category, service, variant, rateCard } = entry
      return [
        `${shown(service)}${variant === '' ? '' : ` ${shown(variant)}`}, ${category}, ${instantText(time)}`,
        `by ${shown(user)}${group === undefined ? '' : ` of ${shown(group)}`}`,
        `${shown(source)} ${shown(id)}`,
        '',
        ...receiptLines(receiptOf(header.account, entry, cards)),
        '',
        `Charged by version ${rateCard} of the rate card, in page ${header.seq} of ${header.account}, entry ${position}.`,
        `The balance after it: ${grouped(plain(balance))} credits.`,
      ]
    })

export const asJsonReceipts =
  (cards: readonly RateCard[]): Show =>
  (logged) =>
    logged.flatMap((one) => (one.entry.kind === 'charge' ? [jsonReceipt(one, one.entry, cards)] : []))

function jsonReceipt(one: Logged, charge: ChargeEntry, cards: readonly RateCard[]): string {
  const { rows, total } = receiptOf(one.header.account, charge, cards)
  return JSON.stringify({ ...shapeOf(one), rows, total })
}

const shapeOf = ({ entry, header, position, balance }: Logged) => ({
  ...entryShape(entry, header.seq, position),
  balanceAfter: amountText(balance),
})
