import { explanationShape } from '../../../../shared/api/credits/charge-explanation.ts'
import type { ChargeEntry } from '../../../../shared/ledger/entries/charge.ts'
import { plain } from '../../../../shared/money/exact.ts'
import type { RateCard } from '../../../../shared/pricing/cards/rate-card.ts'
import { missingText } from '../../../../shared/pricing/charge/missing-price.ts'
import { type Priced, priceByCard } from '../../../../shared/pricing/charge/price-usage.ts'
import { Failure } from '../failure.ts'

/** How a charge came about: priced again, row by row, in the API's shape. */
export type Receipt = ReturnType<typeof explanationShape>

/** @throws Failure when its version does not give its credits: nothing wrong is ever shown */
export function receiptOf(account: string, charge: ChargeEntry, cards: readonly RateCard[]): Receipt {
  const { source, id, rateCard: version, credits } = charge
  const card = cards.find((one) => one.version === version)
  const priced = card && priceByCard({ ...charge, account }, card)
  if (card !== undefined && priced?.kind === 'priced' && priced.total.eq(credits))
    return explanationShape(charge, priced.rows, card, { kind: 'operator' })
  throw new Failure(
    `charge ${source} ${id} of ${account} is ${plain(credits)} credits in the log; version ${version} of the rate card ${foundText(priced, charge)}. npm run verify says whether more is wrong`,
  )
}

/** `undefined`: there is no such version. */
function foundText(priced: Priced | undefined, { service }: ChargeEntry): string {
  switch (priced?.kind) {
    case undefined:
      return 'is not there'
    case 'priced':
      return `comes to ${plain(priced.total)}`
    case 'unpriced':
      return `has ${missingText(priced.missing, service)}`
    case 'out-of-range':
      return 'comes to more than one event may cost'
  }
}
