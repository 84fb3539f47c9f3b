import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { ChargeEntry } from '../../ledger/entries/charge.ts'
import { amountText } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { RateCard } from '../../pricing/cards/rate-card.ts'
import { explainRow, rateName, roundRows } from '../../pricing/charge/explain-charge.ts'
import type { PricedRow } from '../../pricing/charge/price-usage.ts'
import type { PriceView } from '../../pricing/models/customer-prices.ts'
import { basisSchema } from '../../pricing/rates/basis.ts'
import { instantText } from '../../time/instant.ts'
import { meters } from '../../usage/meters.ts'
import { amountSchema } from '../fields/amount.ts'
import { timeSchema } from '../fields/time.ts'

const rowSchema = z
  .object({
    meter: z.enum(meters),
    quantity: z.string(),
    pricedAs: described(z.string(), 'The service whose rate it is: its own, that of an alias, `vendor/*` or `*`'),
    price: described(z.string(), 'Euros for `per` units'),
    per: z.string(),
    currency: z.literal('EUR'),
    above: described(z.optional(z.string()), 'The price is that of the tier above this number of units'),
    packages: described(z.optional(z.string()), 'Whole packages of `per` units that were counted'),
    basis: described(z.optional(basisSchema), 'How the price came about; for operators alone'),
    cost: amountSchema,
    calculation: described(z.string(), 'The multiplication, to the last digit'),
    origin: described(
      z.string(),
      'Whose price it is; to operators also where it comes from: list price, exchange rate, markup, or a price of our own',
    ),
    rounded: described(z.string(), 'Credits, to two decimals'),
  })
  .check(z.meta({ id: 'ChargeRow' }))

/** How a charge came about, beside what its entry says. */
export const explanationFields = {
  rows: described(z.array(rowSchema), 'Exact; they add up to `total`'),
  total: amountSchema,
  rounded: described(
    z.object({ credits: z.string(), remark: z.string() }),
    'What the rounded rows add up to, and why that may differ from the total',
  ),
  card: described(
    z.object({
      version: z.int(),
      effectiveFrom: timeSchema,
      publishedAt: timeSchema,
      hash: z.string(),
      note: described(z.optional(z.string()), 'For operators alone'),
    }),
    'The version that priced it',
  ),
}

const explanationSchema = z.object(explanationFields)

/**
 * How a charge came about.
 *
 * @param rows priced by `card`; together what the charge cost
 * @param view whether it says where the prices come from
 */
export function explanationShape(
  { service, credits }: Pick<ChargeEntry, 'service' | 'credits'>,
  rows: readonly PricedRow[],
  { version, hash, effectiveFrom, publishedAt, note }: RateCard,
  view: PriceView,
): z.infer<typeof explanationSchema> {
  const { rows: roundedRows, sum, remark } = roundRows(rows, credits)
  return {
    rows: rows.map((row, place) => ({ ...rowShape(row, service, view), rounded: roundedRows[place] ?? '' })),
    total: amountText(credits),
    rounded: { credits: sum, remark },
    card: {
      version,
      effectiveFrom: instantText(effectiveFrom),
      publishedAt: instantText(publishedAt),
      hash,
      note: view.kind === 'operator' ? note : undefined,
    },
  }
}

function rowShape(row: PricedRow, service: string, view: PriceView): Omit<z.infer<typeof rowSchema>, 'rounded'> {
  const { meter, quantity, rate, price, above, packages, credits } = row
  return {
    meter,
    quantity: plain(quantity),
    pricedAs: rate.service,
    price: plain(price),
    per: plain(rate.per),
    currency: 'EUR',
    above: above && plain(above),
    packages: packages && plain(packages),
    basis: view.kind === 'operator' && rate.basis ? rate.basis : undefined,
    cost: amountText(credits),
    ...explainRow(row, service),
    ...(view.kind === 'customer' && { origin: `the price of ${rateName(rate)}` }),
  }
}
