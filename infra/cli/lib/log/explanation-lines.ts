import { entryShape } from '../../../../shared/api/credits/entry.ts'
import { amountText } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import type { RateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { instantText } from '../../../../shared/time/instant.ts'
import { grouped } from '../table.ts'
import { shown, visible } from './entry-lines.ts'
import type { FoundCharge } from './find-charges.ts'
import { receiptLines } from './receipt.ts'
import { receiptOf } from './receipts.ts'

/** A charge for a person: what was used, at which prices, where they come from, and every multiplication. @throws Failure */
export function explanationLines(charge: FoundCharge, cards: readonly RateCard[]): readonly string[] {
  const { entry, header, position, balance, corrections } = charge
  const receipt = receiptOf(header.account, entry, cards)
  const { rows, rounded, card } = receipt
  const { user, group, category, service, variant, source, id, time } = entry
  return [
    `${shown(service)}${variant === '' ? '' : ` ${shown(variant)}`}, ${category}, ${instantText(time)}`,
    `by ${shown(user)}${group === undefined ? '' : ` of ${shown(group)}`}`,
    `${shown(source)} ${shown(id)}`,
    '',
    ...receiptLines(receipt),
    '',
    'How each row came about:',
    ...rows.flatMap(({ meter, calculation, origin }) => [`  ${meter}: ${calculation}`, `    ${visible(origin)}`]),
    '',
    rounded.remark,
    `Recomputed just now: ${plain(entry.credits)} credits, as the log says.`,
    `Rate card: version ${card.version}, in force from ${card.effectiveFrom}, published ${card.publishedAt}: ${visible(card.note ?? '')}`,
    `  SHA-256 ${card.hash}`,
    `In the log: page ${header.seq} of ${header.account}, entry ${position}; the balance after it ${grouped(plain(balance))} credits.`,
    ...corrections.map(
      ({ entry: correction, header: { seq }, position: place }) =>
        `Since then: ${correction.kind} of ${plain(correction.credits)} credits in page ${seq}, entry ${place}, by ${shown(correction.actor)}: ${shown(correction.reason)}`,
    ),
  ]
}

/** The same as one JSON object, in the API's shape. @throws Failure */
export function explanationJson(charge: FoundCharge, cards: readonly RateCard[]): string {
  const { entry, header, position, balance, corrections } = charge
  return JSON.stringify({
    account: header.account,
    ...entryShape(entry, header.seq, position),
    ...receiptOf(header.account, entry, cards),
    balanceAfter: amountText(balance),
    corrections: corrections.map((one) => entryShape(one.entry, one.header.seq, one.position)),
  })
}
