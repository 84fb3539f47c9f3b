import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { explanationFields, explanationShape } from '../../../shared/api/credits/charge-explanation.ts'
import { chargeFields, chargeShape } from '../../../shared/api/credits/entry.ts'
import { amountSchema } from '../../../shared/api/fields/amount.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { described } from '../../../shared/http/described.ts'
import { type Operation, reading } from '../../../shared/http/operation.ts'
import type { ChargeEntry } from '../../../shared/ledger/entries/entry.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { type PricedRow, priceByCard } from '../../../shared/pricing/charge/price-usage.ts'
import { priceViewOf } from '../../../shared/pricing/models/customer-prices.ts'
import { idSchema, nameSchema } from '../../../shared/usage/text.ts'
import { foundCharge, noSuchCharge } from '../found-charge.ts'

const total = { eur: '0.026533', credits: '2.6533' }

const chargeAnswer = {
  status: 200,
  description: 'The charge; `balanceAfterPage` is that after the whole page it stands in',
  schema: z
    .object({
      ...chargeFields,
      ...explanationFields,
      balanceAfterPage: described(z.optional(amountSchema), 'Not for a member: it is the account’s'),
    })
    .check(z.meta({ id: 'Charge' })),
  example: {
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
}

const findCharge = reading({
  operationId: 'findCharge',
  tag: 'Credits',
  summary: 'Show what a usage event was charged',
  description:
    'Priced again, row by row, from its quantities and the version of the rate card that priced it: what is shown adds up to what was charged, or is not shown.',
  params: accountPathSchema,
  query: z.strictObject({
    source: described(idSchema, 'The source of the event, percent-encoded once: `%2Fchat%2Feu`'),
    id: described(idSchema, 'The id of the event, percent-encoded once'),
    user: described(z.optional(nameSchema), 'Only where it is a charge of this user; a member always asks for his own'),
  }),
  answers: [chargeAnswer],
  problems: ['charge.not-found', 'rates.reprice-mismatch'],
  handle: async ({ params: { account }, query }, { caller, services, tools }) => {
    const { entry, page, position } = await foundCharge(account, query, services)
    if (query.user !== undefined && entry.user !== query.user) throw noSuchCharge(account, query)
    const { rows, card } = repriced(account, entry, await services.cards.version(entry.rateCard, tools.now()))
    return {
      status: 200,
      body: {
        ...chargeShape(entry, page.header.seq, position),
        ...explanationShape(entry, rows, card, priceViewOf(caller)),
        ...(caller.kind !== 'member' && { balanceAfterPage: amountText(page.header.balance) }),
      },
    }
  },
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

export const chargeOperations: readonly Operation[] = [findCharge]
