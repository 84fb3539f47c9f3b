import type * as z from 'zod/mini'
import { missingShape } from '../../shared/api/pricing/missing-price.ts'
import { neutralChangeShape } from '../../shared/api/pricing/rate-card.ts'
import * as api from '../../shared/api/pricing/rate-card-previews.ts'
import type { Answer } from '../../shared/http/answer.ts'
import { answerBytes, fitting, LIST_BYTES } from '../../shared/http/fitting.ts'
import type { Served } from '../../shared/http/serve.ts'
import { amountText, minus } from '../../shared/money/amounts.ts'
import { cardInForce } from '../../shared/pricing/cards/catalogue.ts'
import {
  type NeutralChange,
  neutralChange,
  type PriceChange,
  priceChanges,
} from '../../shared/pricing/cards/price-changes.ts'
import type { RateCard } from '../../shared/pricing/cards/rate-card.ts'
import { type AccountCosts, previewCosts } from '../../shared/pricing/io/preview-costs.ts'
import { publishableDraft } from '../../shared/pricing/io/rate-card-drafts.ts'
import { DAY_MS, type Instant, instantText } from '../../shared/time/instant.ts'
import { type Services, serve } from './services.ts'

interface Compared {
  readonly against: RateCard | undefined
  readonly changes: readonly PriceChange[]
  readonly neutral: NeutralChange | undefined
}

function changesPage(
  { against, changes, neutral }: Compared,
  { limit, after: start = 0 }: { readonly limit: number; readonly after?: number | undefined },
): Answer {
  const beside = neutralChangeShape(neutral)
  const most = LIST_BYTES - answerBytes(JSON.stringify(beside))
  const shown = fitting(changes.slice(start, start + limit).map(api.priceChangeShape), most)
  const end = start + shown.length
  return {
    status: 200,
    body: {
      against: against?.version,
      ...beside,
      changes: shown,
      next: api.changesPaging.next(end < changes.length ? end : undefined),
    },
  }
}

const compareVersions = serve(api.listRateCardChanges, async ({ params, query }, { services, tools }) => {
  const { card } = await services.cards.find(params.version, tools.now())
  const { cards } = await services.cards.catalogue(tools.now())
  const earlier = cards.filter(({ version }) => version < card.version)
  const against =
    query.from === undefined
      ? cardInForce(earlier, card.effectiveFrom)
      : (await services.cards.find(query.from, tools.now())).card
  return changesPage({ against, changes: priceChanges(against, card), neutral: neutralChange(against, card) }, query)
})

const previewChanges = serve(api.listDraftChanges, async ({ params, query }, { services, tools }) =>
  changesPage(await publishableDraft(services, params.draft, tools.now()), query),
)

/** For an answer that turns out to be long. */
const RESERVE_MS = 8000

const previewDraftCosts = serve(api.previewDraftCosts, async ({ params, query }, { services, tools }) => {
  const { card } = await publishableDraft(services, params.draft, tools.now())
  const [account, page, until] = query.after ?? []
  const to: Instant = until ?? tools.now()
  const from = to - Number(query.days ?? '30') * DAY_MS
  const place = account === undefined ? undefined : { account, page: page ?? 0 }
  const hasTime = () => tools.remainingMs() >= RESERVE_MS
  const preview = await previewCosts(services, card, { from, to, only: query.account, place }, hasTime)
  const next = api.costsPaging.next(preview.next && [preview.next.account, preview.next.page, to])
  const accounts = preview.accounts.map((costs) => costsShape(costs, card))
  return { status: 200, body: { from: instantText(from), to: instantText(to), accounts, next } }
})

const costsShape = (
  { account, charges, before, after, unpriced }: AccountCosts,
  card: RateCard,
): z.infer<typeof api.costsSchema> => ({
  account,
  charges,
  before: amountText(before),
  after: amountText(after),
  difference: amountText(minus(after, before)),
  unpriced: unpriced.map((one) => ({
    ...missingShape(one.missing, one.service, (service) => card.meant(service, account)),
    charges: one.charges,
    cost: amountText(one.credits),
  })),
})

export const rateCardPreviewHandlers: readonly Served<Services>[] = [compareVersions, previewChanges, previewDraftCosts]
