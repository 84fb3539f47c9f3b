import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { rounded } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { PriceChange } from '../../pricing/cards/price-changes.ts'
import { publishedRate, type Rate, takesUnlisted } from '../../pricing/rates/rate.ts'
import { meters } from '../../usage/meters.ts'
import { accountSchema } from '../../usage/text.ts'
import { variantPairs } from '../../usage/variant.ts'
import { amountSchema } from '../fields/amount.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'
import { missingFields } from './missing-price.ts'
import { neutralChangeSchema, rateCardPathSchema } from './rate-card.ts'
import { draftPathSchema } from './rate-card-drafts.ts'

const sideSchema = z.object({
  price: z.string(),
  per: z.string(),
  tiers: z.optional(z.array(z.object({ above: z.string(), price: z.string() }))),
  unlistedVariant: described(
    z.optional(z.literal('base')),
    'Usage with a variant that the card does not list costs the same; absent: it is parked',
  ),
})

export const priceChangeSchema = z
  .object({
    service: z.string(),
    meter: z.enum(meters),
    variant: z.optional(z.record(z.string(), z.string())),
    account: described(z.optional(z.string()), 'Whose price it is; absent: everybody’s'),
    before: described(z.optional(sideSchema), 'Euros for `per` units; absent: it had no price'),
    after: described(z.optional(sideSchema), 'Absent: it has no price any more'),
    percent: described(z.optional(z.string()), 'Of one unit, rounded to two decimals'),
  })
  .check(z.meta({ id: 'PriceChange' }))

export function priceChangeShape(change: PriceChange): z.infer<typeof priceChangeSchema> {
  const { service, meter, account, before, after, percent } = change
  const variant = variantPairs(change.variant)
  return {
    service,
    meter,
    variant,
    account,
    before: before && sideOf(before),
    after: after && sideOf(after),
    percent: percent && rounded(percent, 2),
  }
}

function sideOf(rate: Rate): z.infer<typeof sideSchema> {
  const { tiers } = publishedRate(rate)
  return {
    price: plain(rate.price),
    per: plain(rate.per),
    tiers,
    unlistedVariant: takesUnlisted(rate) ? ('base' as const) : undefined,
  }
}

export const changesPaging = pagingOf('changes', z.int(), 5000, 1000)
export const costsPaging = pagingOf('costs', z.tuple([accountSchema, z.int(), z.int()]), 5000)

const changesAnswer = answer(
  200,
  'In the order of the newer card; prices that are gone come last',
  z.object({
    against: described(z.optional(z.int()), 'The version compared with; absent: there was none'),
    priceNeutralVariants: neutralChangeSchema,
    changes: z.array(priceChangeSchema),
    next: nextSchema,
  }),
  {
    against: 1,
    priceNeutralVariants: { before: [], after: [{ name: 'region' }] },
    changes: [
      {
        service: 'openai/gpt-4o',
        meter: 'input_tokens',
        before: { price: '3', per: '1000000' },
        after: { price: '2.5', per: '1000000' },
        percent: '-16.67',
      },
    ],
  },
)

export const listRateCardChanges = reading({
  operationId: 'listRateCardChanges',
  route: 'GET /v1/rate-cards/{version}/changes',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Show what a version changes, model by model',
  description: 'Against the version in force before it took effect, or any other.',
  params: rateCardPathSchema,
  query: z.strictObject({
    ...changesPaging.query,
    from: z.optional(described(rateCardPathSchema.def.shape.version, 'Compare with this version')),
  }),
  answers: [changesAnswer],
  problems: ['rate-card.not-found'],
})

export const listDraftChanges = reading({
  operationId: 'listDraftChanges',
  route: 'GET /v1/rate-card-drafts/{draft}/changes',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Show what a draft would change, model by model',
  description: 'Against the version in force when the draft takes effect.',
  params: draftPathSchema,
  query: z.strictObject(changesPaging.query),
  answers: [changesAnswer],
  problems: ['draft.not-found', 'rate-card.refused'],
})

export const costsSchema = z.object({
  account: z.string(),
  charges: z.int(),
  before: amountSchema,
  after: amountSchema,
  difference: amountSchema,
  unpriced: described(
    z.array(z.object({ ...missingFields, charges: z.int(), cost: amountSchema })),
    'Usage that would have no price, and what it cost',
  ),
})

const DAYS = /^(?:[1-9]|[1-8][0-9]|90)$/

export const previewDraftCosts = reading({
  operationId: 'previewDraftCosts',
  route: 'GET /v1/rate-card-drafts/{draft}/costs',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Show what recent usage would have cost by a draft',
  description:
    'Prices every charge of the last days again by the draft, account by account: `before` is what they cost, `after` what they would have cost, without those that would have no price. With `next` there are more charges, of the last account or of others; add up the parts of one account.',
  params: draftPathSchema,
  query: z.strictObject({
    account: z.optional(described(accountSchema, 'This account alone')),
    days: z.optional(
      described(
        z.string().check(z.regex(DAYS, 'expected a whole number from 1 to 90')),
        'How many days back; default 30',
      ),
    ),
    after: costsPaging.query.after,
  }),
  answers: [
    answer(
      200,
      'By account',
      z.object({ from: timeSchema, to: timeSchema, accounts: z.array(costsSchema), next: nextSchema }),
      {
        from: '2026-10-25T08:00:00.000Z',
        to: '2026-11-24T08:00:00.000Z',
        accounts: [
          {
            account: 'acme',
            charges: 1200,
            before: { eur: '48.20', credits: '4820' },
            after: { eur: '45.10', credits: '4510' },
            difference: { eur: '-3.10', credits: '-310' },
            unpriced: [],
          },
        ],
      },
    ),
  ],
  problems: ['draft.not-found', 'rate-card.refused'],
})

export const rateCardPreviewOperations: readonly Operation[] = [
  listRateCardChanges,
  listDraftChanges,
  previewDraftCosts,
]
