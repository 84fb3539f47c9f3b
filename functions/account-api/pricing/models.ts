import * as api from '../../../shared/api/pricing/models.ts'
import { modelsCsv } from '../../../shared/api/pricing/models-csv.ts'
import { sha256Hex } from '../../../shared/digest/sha256.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { type Answer, FileBody } from '../../../shared/http/answer.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { cardInForce } from '../../../shared/pricing/cards/catalogue.ts'
import { type PriceView, priceViewOf } from '../../../shared/pricing/models/customer-prices.ts'
import { type Model, modelsOf } from '../../../shared/pricing/models/models.ts'
import { didYouMean } from '../../../shared/text/did-you-mean.ts'
import { dayText, type Instant } from '../../../shared/time/instant.ts'
import { type Services, type Setting, serve } from '../services.ts'

type Filters = { readonly [name in keyof typeof api.filters]?: string | undefined }

const listModels = serve(api.listModels, async ({ query, ifNoneMatch }, setting) => {
  const { limit, after = '' } = query
  return await unlessKnown(setting, query, ifNoneMatch, (models, now, view) => {
    const found = models.filter((model) => model.service > after && isSought(model, query))
    const page = fitting(found.slice(0, limit).map((model) => api.modelShape(model, now, view, query.service)))
    const last = found.length > page.length ? page.at(-1) : undefined
    return { models: page, next: api.paging.next(last?.service) }
  })
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

const getModel = serve(
  api.getModel,
  async ({ query, ifNoneMatch }, setting) =>
    await unlessKnown(setting, { ...query, form: 'one' }, ifNoneMatch, (models, now, view) => {
      const { service } = query
      const found = models.find((model) => isSought(model, { service }))
      if (found !== undefined) return api.modelShape(found, now, view, service)
      const meant = didYouMean(
        service,
        models.flatMap((model) => [model.service, ...model.aliases]),
      )
      throw new Problem(
        'model.not-found',
        `no price names ${service}; GET /v1/models?search= finds what is there${meant}`,
      )
    }),
)

/** AWS: a function answers with at most 6 MB; the whole of a large card is less than one. */
const CSV_BYTES = 5 * 1024 * 1024

const getModelsCsv = serve(
  api.getModelsCsv,
  async ({ query, ifNoneMatch }, setting) =>
    await unlessKnown(setting, { ...query, form: 'csv' }, ifNoneMatch, (models, now, view) => {
      const found = models.filter((model) => isSought(model, query))
      const csv = modelsCsv(found, now, view)
      if (Buffer.byteLength(csv) <= CSV_BYTES) return new FileBody('text/csv; charset=utf-8', csv)
      throw new Problem('models.too-large', 'the table has more than 5 MB; ask for one vendor at a time: ?vendor=')
    }),
)

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

export const modelHandlers: readonly Served<Services>[] = [listModels, getModel, getModelsCsv]
