import type { ChargeEntry } from '../../../shared/account-log/entry.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { type PricedRow, priceByCard } from '../../../shared/rates/price-charge.ts'
import type { RateCard } from '../../../shared/rates/rate-card.ts'
import type { ReceiptAnswer } from '../api-answers.ts'
import { Failure } from '../failure.ts'

/** How a charge came about: priced again, row by row. */
export interface Receipt extends Pick<ReceiptAnswer, 'rows' | 'total'> {
  readonly priced: readonly PricedRow[]
  readonly card: RateCard
}

/** @throws Failure when its version does not give its credits: nothing wrong is ever shown */
export function receiptOf(account: string, charge: ChargeEntry, cards: readonly RateCard[]): Receipt {
  const { source, id, rateCard: version, credits } = charge
  const card = cards.find((one) => one.version === version)
  const priced = card && priceByCard({ ...charge, account }, card)
  if (card === undefined || priced?.kind !== 'priced' || !priced.total.eq(credits)) {
    throw new Failure(
      `charge ${source} ${id} is ${plain(credits)} credits in the log, and version ${version} of the rate card does not give that; npm run verify says more`,
    )
  }
  const rows = priced.rows.map(({ meter, quantity, rate, credits: cost }) => ({
    meter,
    quantity: plain(quantity),
    price: plain(rate.price),
    per: plain(rate.per),
    currency: 'EUR',
    cost: amountText(cost),
  }))
  return { rows, total: amountText(credits), priced: priced.rows, card }
}
