import { plain } from '../../../shared/money/exact.ts'
import { explainRow, rateName, roundRows } from '../../../shared/rates/explain-charge.ts'
import type { RateCard } from '../../../shared/rates/rate-card.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { shown } from '../log/entry-lines.ts'
import { receiptOf } from '../log/receipts.ts'
import { receiptLines } from '../receipt.ts'
import { grouped } from '../table.ts'
import type { FoundCharge } from './find-charges.ts'

/** A charge for a person: what was used, at which prices, where they come from, and every multiplication. @throws Failure */
export function explanationLines(charge: FoundCharge, cards: readonly RateCard[]): readonly string[] {
  const { entry, header, position, balance, corrections } = charge
  const { priced, card, ...receipt } = receiptOf(header.account, entry, cards)
  const { user, group, category, service, variant, source, id, time } = entry
  return [
    `${shown(service)}${variant === '' ? '' : ` ${shown(variant)}`}, ${category}, ${instantText(time)}`,
    `by ${shown(user)}${group === undefined ? '' : ` of ${shown(group)}`}`,
    `${shown(source)} ${shown(id)}`,
    '',
    ...receiptLines(receipt),
    '',
    'How each row came about:',
    ...priced.flatMap((row) => {
      const { calculation, origin } = explainRow(row)
      const from = origin === undefined ? `a price of our own for ${rateName(row)}` : origin
      return [`  ${row.meter}: ${calculation}`, `    ${from}`]
    }),
    '',
    roundRows(priced, entry.credits).remark,
    `Recomputed just now: ${plain(entry.credits)} credits, as the log says.`,
    `Rate card: version ${card.version}, in force from ${instantText(card.effectiveFrom)}, published ${instantText(card.publishedAt)}: ${shown(card.note)}`,
    `  SHA-256 ${card.hash}`,
    `In the log: page ${header.seq} of ${header.account}, entry ${position}; the balance after it ${grouped(plain(balance))} credits.`,
    ...corrections.map(
      ({ entry: correction, header: { seq }, position: place }) =>
        `Since then: ${correction.kind} of ${plain(correction.credits)} credits in page ${seq}, entry ${place}, by ${shown(correction.actor)}: ${shown(correction.reason)}`,
    ),
  ]
}

/** The same as one JSON object. @throws Failure */
export function explanationJson(charge: FoundCharge, cards: readonly RateCard[]): string {
  const { entry, header, position, corrections } = charge
  const { priced, card, rows, total } = receiptOf(header.account, entry, cards)
  const { rows: roundedRows, sum, remark } = roundRows(priced, entry.credits)
  const { version, hash, effectiveFrom, publishedAt, note } = card
  return JSON.stringify({
    ...{ account: header.account, page: header.seq, position, source: entry.source, id: entry.id },
    ...{ time: instantText(entry.time), service: entry.service, total },
    rows: rows.map((row, place) => {
      const one = priced[place]
      return { ...row, ...(one && explainRow(one)), rounded: roundedRows[place] }
    }),
    rounded: { credits: sum, remark },
    card: { version, hash, effectiveFrom: instantText(effectiveFrom), publishedAt: instantText(publishedAt), note },
    corrections: corrections.map(({ entry: { kind, credits }, header: { seq } }) => ({
      ...{ kind, page: seq, credits: plain(credits) },
    })),
  })
}
