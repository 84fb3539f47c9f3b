import * as z from 'zod/mini'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { modelSchema, modelShape } from '../../../shared/api/pricing/model.ts'
import { CSV_HEADER, modelsCsv } from '../../../shared/api/pricing/models-csv.ts'
import { sha256Hex } from '../../../shared/digest/sha256.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { type Answer, FileBody } from '../../../shared/http/answer.ts'
import { described } from '../../../shared/http/described.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import { nothing, type Operation, reading, type Setting } from '../../../shared/http/operation.ts'
import { cardInForce } from '../../../shared/pricing/cards/catalogue.ts'
import { type PriceView, priceViewOf } from '../../../shared/pricing/models/customer-prices.ts'
import { type Model, modelsOf } from '../../../shared/pricing/models/models.ts'
import { didYouMean } from '../../../shared/text/did-you-mean.ts'
import { dayText, type Instant } from '../../../shared/time/instant.ts'
import { accountSchema, nameSchema } from '../../../shared/usage/text.ts'

const MOST = 1000
const USUAL = 100

const cursor = cursorOf('models', z.string())

const filters = {
  service: z.optional(described(nameSchema, 'One service, or an alias of it, by its whole name')),
  vendor: z.optional(described(nameSchema, 'Services of one vendor: what stands before the first slash')),
  search: z.optional(described(nameSchema, 'Services whose name, or that of an alias, has this in it')),
  account: z.optional(
    described(accountSchema, 'The prices of this account; a token of one account always sees its own'),
  ),
}

type Filters = { readonly [name in keyof typeof filters]?: string | undefined }

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

const listModels = reading({
  operationId: 'listModels',
  tag: 'Rate cards',
  summary: 'List models and services with their prices',
  description:
    'Every service that has prices of its own, by name: in force, and announced. Exact, in euros for what people know: a million tokens or characters, one of anything else. A page holds fewer than `limit` where they would be too large for one answer.',
  params: nothing,
  query: z.extend(pagingSchema(MOST, USUAL), filters),
  answers: [
    {
      status: 200,
      description: 'Services in the order of their names',
      schema: z.object({ models: z.array(modelSchema), next: nextSchema }),
      example: { models: [example] },
    },
    unchanged,
  ],
  problems: ['access.other-account'],
  handle: async ({ query, ifNoneMatch }, setting) => {
    const { limit = USUAL, after } = query
    const place = after === undefined ? '' : cursor.read(after)
    return await unlessKnown(setting, query, ifNoneMatch, (models, now, view) => {
      const found = models.filter((model) => model.service > place && isSought(model, query))
      const page = fitting(found.slice(0, limit).map((model) => modelShape(model, now, view, query.service)))
      const last = page.at(-1)
      const next = found.length > page.length && last !== undefined ? cursor.write(last.service) : undefined
      return { models: page, ...(next !== undefined && { next }) }
    })
  },
})

function isSought({ service: name, aliases }: Model, { service, vendor, search }: Filters): boolean {
  const names = [name, ...aliases]
  const sought = search?.toLowerCase()
  return (
    (service === undefined || names.includes(service)) &&
    (vendor === undefined || name.startsWith(`${vendor}/`)) &&
    (sought === undefined || names.some((one) => one.toLowerCase().includes(sought)))
  )
}

const getModel = reading({
  operationId: 'getModel',
  tag: 'Rate cards',
  summary: 'Show a model or service with its prices',
  description:
    'By its whole name, or an alias of it: `/v1/model?service=openai/gpt-4o`. An alias is answered with the service that it is priced as, and `alias` says so.',
  params: nothing,
  query: z.strictObject({
    service: described(nameSchema, 'Its name, or that of an alias, percent-encoded once'),
    account: filters.account,
  }),
  answers: [{ status: 200, description: 'The service', schema: modelSchema, example }, unchanged],
  problems: ['model.not-found', 'access.other-account'],
  handle: async ({ query, ifNoneMatch }, setting) =>
    await unlessKnown(setting, { ...query, form: 'one' }, ifNoneMatch, (models, now, view) => {
      const { service } = query
      const found = models.find((model) => isSought(model, { service }))
      if (found !== undefined) return modelShape(found, now, view, service)
      const meant = didYouMean(
        service,
        models.flatMap((model) => [model.service, ...model.aliases]),
      )
      throw new Problem(
        'model.not-found',
        `no price names ${service}; GET /v1/models?search= finds what is there${meant}`,
      )
    }),
})

/** AWS: a function answers with at most 6 MB; the whole of a large card is less than one. */
const CSV_BYTES = 5 * 1024 * 1024

const getModelsCsv = reading({
  operationId: 'getModelsCsv',
  tag: 'Rate cards',
  summary: 'All models and services with their prices, as CSV',
  description:
    'A line for each price, in force and announced (`from`), those of tiers (`above`) and categories on lines of their own (RFC 4180, UTF-8). A line without a price: from then on the service has none. List prices and their age are columns for operators alone. A cell that a spreadsheet would take for a formula begins with an apostrophe.',
  params: nothing,
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
  handle: async ({ query, ifNoneMatch }, setting) =>
    await unlessKnown(setting, { ...query, form: 'csv' }, ifNoneMatch, (models, now, view) => {
      const found = models.filter((model) => isSought(model, query))
      const csv = modelsCsv(found, now, view)
      if (Buffer.byteLength(csv) <= CSV_BYTES) return new FileBody('text/csv; charset=utf-8', csv)
      throw new Problem('models.too-large', 'the table has more than 5 MB; ask for one vendor at a time: ?vendor=')
    }),
})

/**
 * Answers with what is made of the models, or 304 to one who has it.
 *
 * All of it follows from the cards in force and announced, the day (for the age of list prices), and what was asked: the
 * ETag names those, and nothing needs to be made to know it.
 */
async function unlessKnown(
  { caller, services, tools }: Setting,
  query: Filters & Readonly<Record<string, unknown>>,
  ifNoneMatch: string | undefined,
  make: (models: readonly Model[], now: Instant, view: PriceView) => unknown,
): Promise<Answer> {
  const account = query.account ?? caller.account
  const view = priceViewOf(caller)
  const now = tools.now()
  const { cards } = await services.cards.catalogue(now)
  const inForce = cardInForce(cards, now)
  const shown = cards.filter((card) => card === inForce || card.effectiveFrom > now)
  const state = shown.map(({ version, effectiveFrom, hash }) => [version, effectiveFrom, hash])
  const etag = `"${sha256Hex(JSON.stringify([state, dayText(now), account ?? null, view.kind, query])).slice(0, 32)}"`
  if (ifNoneMatch?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag))
    return { status: 304, body: null, etag }
  return { status: 200, body: make(modelsOf(cards, now, account), now, view), etag }
}

export const modelOperations: readonly Operation[] = [listModels, getModel, getModelsCsv]
