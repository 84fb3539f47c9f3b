import * as api from '../../../shared/api/credits/charges.ts'
import { chargeShape } from '../../../shared/api/credits/entry.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import type { Served } from '../../../shared/http/serve.ts'
import type { ChargeEntry } from '../../../shared/ledger/entries/charge.ts'
import { foundCharge, noSuchCharge } from '../../../shared/ledger/io/refundable.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { type PricedRow, priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import { priceViewOf } from '../../../shared/pricing/models/customer-prices.ts'
import { type Services, serve } from '../services.ts'

const findCharge = serve(api.findCharge, async ({ params: { account }, query }, { caller, services, tools }) => {
  const { entry, page, position } = await foundCharge(account, query, services)
  if (query.user !== undefined && entry.user !== query.user) throw noSuchCharge(account, query)
  const { rows, card } = repriced(account, entry, await services.cards.version(entry.rateCard, tools.now()))
  return {
    status: 200,
    body: {
      ...chargeShape(entry, page.header.seq, position),
      ...api.explanationShape(entry, rows, card, priceViewOf(caller)),
      ...(caller.kind !== 'member' && { balanceAfterPage: amountText(page.header.balance) }),
    },
  }
})

/** @throws Problem when the version doesn't give the stored credits, to the last digit: nothing wrong is ever shown */
function repriced(
  account: string,
  entry: ChargeEntry,
  card: RateCard | undefined,
): { readonly rows: readonly PricedRow[]; readonly card: RateCard } {
  const priced = card && priceByCard({ ...entry, account }, card)
  if (card && priced?.kind === 'priced' && priced.total.eq(entry.credits)) return { rows: priced.rows, card }
  throw new Problem(
    'rates.reprice-mismatch',
    `charge ${entry.source} ${entry.id}: version ${entry.rateCard} gives ${priced?.kind === 'priced' ? plain(priced.total) : (priced?.kind ?? 'nothing: it is not published')}, the log says ${plain(entry.credits)}`,
  )
}

export const chargeHandlers: readonly Served<Services>[] = [findCharge]
