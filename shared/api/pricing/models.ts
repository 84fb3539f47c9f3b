import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { asKnown, type PriceView, withoutBasis } from '../../pricing/models/customer-prices.ts'
import type { Model, ModelPrice } from '../../pricing/models/models.ts'
import { isOutdated } from '../../pricing/rates/basis.ts'
import { rateSchema, tiersSchema } from '../../pricing/rates/rate.ts'
import { type Instant, instantText } from '../../time/instant.ts'
import { categories } from '../../usage/meters.ts'
import { accountSchema, nameSchema } from '../../usage/text.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'
import { CSV_HEADER } from './models-csv.ts'

const priceSchema = z
  .object({
    ...z.pick(rateSchema, {
      meter: true,
      variant: true,
      per: true,
      tiers: true,
      tiersBy: true,
      rounding: true,
      unlistedVariant: true,
    }).shape,
    basis: described(rateSchema.shape.basis, 'How the price came about; for operators alone'),
    price: described(z.string(), 'Euros for `per` units; of the first ones, where there are tiers'),
    byCategory: described(
      z.optional(z.partialRecord(z.enum(categories), z.object({ price: z.string(), tiers: z.optional(tiersSchema) }))),
      'Where usage of a category has another price for `per` units',
    ),
    isOutdated: described(
      z.optional(z.literal(true)),
      'The list price is as of more than 90 days ago (`basis.asOf`); one without a day is not judged. For operators alone',
    ),
  })
  .check(z.meta({ id: 'ModelPrice', description: 'Tokens and characters by the million, all else by the piece' }))

export const modelSchema = z
  .object({
    service: z.string(),
    alias: described(z.optional(z.string()), 'The name that was asked for: it is priced as `service`'),
    aliases: described(z.array(z.string()), 'Other names that are priced alike'),
    prices: described(z.array(priceSchema), 'In force; none: it is announced for later'),
    upcoming: described(
      z.array(z.object({ from: timeSchema, rateCard: z.int(), prices: z.array(priceSchema) })),
      'What it will cost: all of its prices from then on',
    ),
  })
  .check(z.meta({ id: 'Model' }))

/**
 * @param view whether it says how the prices came about
 * @param asked the name in the request, if it has one
 */
export const modelShape = (
  { service, aliases, prices, upcoming }: Model,
  now: Instant,
  view: PriceView,
  asked: string = service,
): z.infer<typeof modelSchema> => ({
  service,
  alias: asked !== service ? asked : undefined,
  aliases: [...aliases],
  prices: prices.map((price) => priceShape(price, now, view)),
  upcoming: upcoming.map(({ from, rateCard, prices: next }) => ({
    from: instantText(from),
    rateCard,
    prices: next.map((price) => priceShape(price, now, view)),
  })),
})

function priceShape({ rate, byCategory }: ModelPrice, now: Instant, view: PriceView): z.infer<typeof priceSchema> {
  const others = [...byCategory].map(([category, other]) => {
    const { price, tiers } = asKnown(other)
    return [category, { price, tiers }] as const
  })
  const isWhole = view.kind === 'operator'
  return {
    ...(isWhole ? asKnown(rate) : withoutBasis(asKnown(rate))),
    byCategory: others.length > 0 ? Object.fromEntries(others) : undefined,
    isOutdated: isWhole && isOutdated(rate.basis, now) ? (true as const) : undefined,
  }
}

export const paging = pagingOf('models', z.string(), 1000, 100)

export const filters = {
  service: z.optional(described(nameSchema, 'One service, or an alias of it, by its whole name')),
  vendor: z.optional(described(nameSchema, 'Services of one vendor: what stands before the first slash')),
  search: z.optional(described(nameSchema, 'Services whose name, or that of an alias, has this in it')),
  account: z.optional(
    described(accountSchema, 'The prices of this account; a token of one account always sees its own'),
  ),
}

const example = {
  service: 'openai/gpt-4o',
  aliases: ['openai/gpt-4o-2024-08-06'],
  prices: [{ meter: 'input_tokens' as const, per: '1000000', price: '3' }],
  upcoming: [
    {
      from: '2027-01-01T00:00:00.000Z',
      rateCard: 2,
      prices: [{ meter: 'input_tokens' as const, per: '1000000', price: '2.5' }],
    },
  ],
}

const unchanged = {
  status: 304,
  description: 'As it was when it had the ETag of If-None-Match',
  schema: z.null(),
  example: null,
}

export const listModels = reading({
  operationId: 'listModels',
  route: 'GET /v1/models',
  scope: 'account:read',
  tag: 'Rate cards',
  summary: 'List models and services with their prices',
  description:
    'Every service that has prices of its own, by name: in force, and announced. Exact, in euros for what people know: a million tokens or characters, one of anything else. A page holds fewer than `limit` where they would be too large for one answer.',
  query: z.strictObject({ ...paging.query, ...filters }),
  answers: [
    answer(200, 'Services in the order of their names', z.object({ models: z.array(modelSchema), next: nextSchema }), {
      models: [example],
    }),
    unchanged,
  ],
  problems: ['access.other-account'],
})

export const getModel = reading({
  operationId: 'getModel',
  route: 'GET /v1/model',
  scope: 'account:read',
  tag: 'Rate cards',
  summary: 'Show a model or service with its prices',
  description:
    'By its whole name, or an alias of it: `/v1/model?service=openai/gpt-4o`. An alias is answered with the service that it is priced as, and `alias` says so.',
  query: z.strictObject({
    service: described(nameSchema, 'Its name, or that of an alias, percent-encoded once'),
    account: filters.account,
  }),
  answers: [answer(200, 'The service', modelSchema, example), unchanged],
  problems: ['model.not-found', 'access.other-account'],
})

export const getModelsCsv = reading({
  operationId: 'getModelsCsv',
  route: 'GET /v1/models.csv',
  scope: 'account:read',
  tag: 'Rate cards',
  summary: 'All models and services with their prices, as CSV',
  description:
    'A line for each price, in force and announced (`from`), those of tiers (`above`) and categories on lines of their own (RFC 4180, UTF-8). A line without a price: from then on the service has none. List prices and their age are columns for operators alone. A cell that a spreadsheet would take for a formula begins with an apostrophe.',
  query: z.strictObject(filters),
  answers: [
    {
      status: 200,
      description: 'The table, with a header line',
      schema: z.string(),
      example: CSV_HEADER,
      mediaType: 'text/csv',
    },
    unchanged,
  ],
  problems: ['access.other-account', 'models.too-large'],
})

export const modelOperations: readonly Operation[] = [listModels, getModel, getModelsCsv]
