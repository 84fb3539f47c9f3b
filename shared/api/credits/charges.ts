import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
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
import { idSchema, nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { amountSchema } from '../fields/amount.ts'
import { timeSchema } from '../fields/time.ts'
import { chargeFields } from './entry.ts'

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
const explanationFields = {
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

const total = { eur: '0.026533', credits: '2.6533' }

const chargeAnswer = answer(
  200,
  'The charge; `balanceAfterPage` is that after the whole page it stands in',
  z
    .object({
      ...chargeFields,
      ...explanationFields,
      balanceAfterPage: described(z.optional(amountSchema), 'Not for a member: it is the account’s'),
    })
    .check(z.meta({ id: 'Charge' })),
  {
    kind: 'charge',
    page: 3,
    position: 0,
    source: '/chat/eu',
    id: '01a207e7-524b-883c-8e63-ffffffffffff',
    time: '2026-11-23T10:15:30.123Z',
    user: 'u-17',
    category: 'text',
    service: 'openai/gpt-4o',
    quantities: { input_tokens: '523', output_tokens: '1247', tool_calls: '2' },
    rateCard: 1,
    amount: total,
    rows: [
      {
        meter: 'input_tokens',
        quantity: '523',
        pricedAs: 'openai/gpt-4o',
        price: '3',
        per: '1000000',
        currency: 'EUR',
        cost: { eur: '0.001569', credits: '0.1569' },
        origin: 'a price of our own for openai/gpt-4o',
        calculation: '523 × 3.00 € / 1,000,000 = 0.001569 €',
        rounded: '0.16',
      },
      {
        meter: 'output_tokens',
        quantity: '1247',
        pricedAs: 'openai/gpt-4o',
        price: '12',
        per: '1000000',
        currency: 'EUR',
        cost: { eur: '0.014964', credits: '1.4964' },
        origin: 'a price of our own for openai/gpt-4o',
        calculation: '1,247 × 12.00 € / 1,000,000 = 0.014964 €',
        rounded: '1.50',
      },
      {
        meter: 'tool_calls',
        quantity: '2',
        pricedAs: '*',
        price: '0.005',
        per: '1',
        currency: 'EUR',
        cost: { eur: '0.01', credits: '1' },
        origin: 'a price of our own for *',
        calculation: '2 × 0.005 € = 0.01 €',
        rounded: '1.00',
      },
    ],
    total,
    rounded: {
      credits: '2.66',
      remark:
        'Rounded to cents of a credit the rows add up to 2.66; charged is the exact sum, 2.6533 credits: nothing is rounded between event and balance.',
    },
    card: {
      version: 1,
      effectiveFrom: '1970-01-01T00:00:00.000Z',
      publishedAt: '2026-11-23T10:00:00.000Z',
      hash: '7c4a8d09ca3762af61e59520943dc26494f8941b2fd9c8c64b0e1d3c1a1e3f11',
      note: 'first prices',
    },
    balanceAfterPage: { eur: '49.973467', credits: '4997.3467' },
  },
)

export const findCharge = reading({
  operationId: 'findCharge',
  route: 'GET /v1/accounts/{account}/charges',
  scope: 'account:read',
  isOwn: true,
  tag: 'Credits',
  summary: 'Show what a usage event was charged',
  description:
    'Priced again, row by row, from its quantities and the version of the rate card that priced it: what is shown adds up to what was charged, or is not shown.',
  params: accountPathSchema,
  query: z.strictObject({
    source: described(idSchema, 'The source of the event, percent-encoded once: `%2Fchat%2Feu`'),
    id: described(idSchema, 'The id of the event, percent-encoded once'),
    user: described(z.optional(nameSchema), 'Only if it is a charge of this user; a member always gets only their own'),
  }),
  answers: [chargeAnswer],
  problems: ['charge.not-found', 'rates.reprice-mismatch'],
})

export const chargeOperations: readonly Operation[] = [findCharge]
