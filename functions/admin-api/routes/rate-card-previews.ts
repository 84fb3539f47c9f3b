import * as z from 'zod/mini'
import { amountSchema } from '../../../shared/api/fields/amount.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { timeSchema } from '../../../shared/api/fields/time.ts'
import { missingFields, missingShape } from '../../../shared/api/pricing/missing-price.ts'
import {
  neutralChangeSchema,
  neutralChangeShape,
  priceChangeSchema,
  priceChangeShape,
} from '../../../shared/api/pricing/price-change.ts'
import { rateCardPathSchema } from '../../../shared/api/pricing/rate-card.ts'
import { draftPathSchema } from '../../../shared/api/pricing/rate-card-draft.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import type { Answer } from '../../../shared/http/answer.ts'
import { described } from '../../../shared/http/described.ts'
import { answerBytes, fitting, LIST_BYTES } from '../../../shared/http/fitting.ts'
import { type Operation, reading, type Setting } from '../../../shared/http/operation.ts'
import { amountText, minus } from '../../../shared/money/amounts.ts'
import { cardInForce } from '../../../shared/pricing/cards/catalogue.ts'
import { checkDraft } from '../../../shared/pricing/cards/check-draft.ts'
import {
  type NeutralChange,
  neutralChange,
  type PriceChange,
  priceChanges,
} from '../../../shared/pricing/cards/price-changes.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { didYouMeanService } from '../../../shared/pricing/charge/did-you-mean-service.ts'
import { DAY_MS, type Instant, instantText } from '../../../shared/time/instant.ts'
import { accountSchema } from '../../../shared/usage/text.ts'
import { type AccountCosts, previewCosts } from '../preview-costs.ts'
import { asDraft, openDraft } from '../rate-card-drafts.ts'
import { versionOf } from '../version-of.ts'

const MOST = 5000
const USUAL = 1000

const changesCursor = cursorOf('changes', z.int())

const changesAnswer = {
  status: 200,
  description: 'In the order of the newer card; prices that are gone come last',
  schema: z.object({
    against: described(z.optional(z.int()), 'The version compared with; absent: there was none'),
    priceNeutralVariants: neutralChangeSchema,
    changes: z.array(priceChangeSchema),
    next: nextSchema,
  }),
  example: {
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
}

interface Compared {
  readonly against: RateCard | undefined
  readonly changes: readonly PriceChange[]
  readonly neutral: NeutralChange | undefined
}

function changesPage(
  { against, changes, neutral }: Compared,
  { limit = USUAL, after }: { readonly limit?: number | undefined; readonly after?: string | undefined },
): Answer {
  const start = after === undefined ? 0 : changesCursor.read(after)
  const beside = neutralChangeShape(neutral)
  const most = LIST_BYTES - answerBytes(JSON.stringify(beside))
  const shown = fitting(changes.slice(start, start + limit).map(priceChangeShape), most)
  const end = start + shown.length
  return {
    status: 200,
    body: {
      ...(against && { against: against.version }),
      ...beside,
      changes: shown,
      ...(end < changes.length && { next: changesCursor.write(end) }),
    },
  }
}

const compareVersions = reading({
  operationId: 'listRateCardChanges',
  tag: 'Rate cards',
  summary: 'Show what a version changes, model by model',
  description: 'Against the version in force before it took effect, or any other.',
  params: rateCardPathSchema,
  query: z.extend(pagingSchema(MOST, USUAL), {
    from: z.optional(described(rateCardPathSchema.def.shape.version, 'Compare with this version')),
  }),
  answers: [changesAnswer],
  problems: ['rate-card.not-found'],
  handle: async ({ params, query }, { services, tools }) => {
    const { card } = await versionOf(params.version, services, tools.now())
    const { cards } = await services.cards.catalogue(tools.now())
    const earlier = cards.filter(({ version }) => version < card.version)
    const against =
      query.from === undefined
        ? cardInForce(earlier, card.effectiveFrom)
        : (await versionOf(query.from, services, tools.now())).card
    return changesPage({ against, changes: priceChanges(against, card), neutral: neutralChange(against, card) }, query)
  },
})

const previewChanges = reading({
  operationId: 'listDraftChanges',
  tag: 'Rate cards',
  summary: 'Show what a draft would change, model by model',
  description: 'Against the version in force when the draft takes effect.',
  params: draftPathSchema,
  query: pagingSchema(MOST, USUAL),
  answers: [changesAnswer],
  problems: ['draft.not-found', 'rate-card.refused'],
  handle: async ({ params, query }, setting) => {
    const { card, changes, neutral } = await publishable(params.draft, setting)
    const { cards } = await setting.services.cards.catalogue(setting.tools.now())
    return changesPage({ against: cardInForce(cards, card.effectiveFrom), changes, neutral }, query)
  },
})

/** @throws Problem when it could not be published: it has no prices to look at then */
async function publishable(id: string, { services, tools, caller }: Setting) {
  const now = tools.now()
  const draft = asDraft(await openDraft(services, id), caller.subject)
  const check = checkDraft(await services.cards.catalogue(now), draft, now)
  if (check.kind === 'publishable') return check
  throw refusal('rate-card.refused', check.faults, 'correct the draft first')
}

const costsSchema = z.object({
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

/** For an answer that turns out to be long. */
const RESERVE_MS = 8000

const placeSchema = z.tuple([accountSchema, z.int(), z.int()])
const costsCursor = cursorOf('costs', placeSchema)

const previewDraftCosts = reading({
  operationId: 'previewDraftCosts',
  tag: 'Rate cards',
  summary: 'Show what recent usage would have cost by a draft',
  description:
    'Every charge of the last days is priced again by the draft, account by account: `before` is what they cost, `after` what they would have cost, without those that would have no price. With `next` there is more: of the account told last, or of others; add up what comes of one account.',
  params: draftPathSchema,
  query: z.strictObject({
    account: z.optional(described(accountSchema, 'This account alone')),
    days: z.optional(
      described(
        z.string().check(z.regex(DAYS, 'expected a whole number from 1 to 90')),
        'How far back; 30 unless told',
      ),
    ),
    after: pagingSchema(MOST, USUAL).def.shape.after,
  }),
  answers: [
    {
      status: 200,
      description: 'By account',
      schema: z.object({ from: timeSchema, to: timeSchema, accounts: z.array(costsSchema), next: nextSchema }),
      example: {
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
    },
  ],
  problems: ['draft.not-found', 'rate-card.refused'],
  handle: async ({ params, query }, setting) => {
    const { services, tools } = setting
    const { card } = await publishable(params.draft, setting)
    const [account, page, until] = query.after === undefined ? [] : costsCursor.read(query.after)
    const to: Instant = until ?? tools.now()
    const from = to - Number(query.days ?? '30') * DAY_MS
    const place = account === undefined ? undefined : { account, page: page ?? 0 }
    const hasTime = () => tools.remainingMs() >= RESERVE_MS
    const preview = await previewCosts(services, card, { from, to, only: query.account, place }, hasTime)
    const next = preview.next && costsCursor.write([preview.next.account, preview.next.page, to])
    const accounts = preview.accounts.map((costs) => costsShape(costs, card))
    return { status: 200, body: { from: instantText(from), to: instantText(to), accounts, ...(next && { next }) } }
  },
})

const costsShape = (
  { account, charges, before, after, unpriced }: AccountCosts,
  card: RateCard,
): z.infer<typeof costsSchema> => ({
  account,
  charges,
  before: amountText(before),
  after: amountText(after),
  difference: amountText(minus(after, before)),
  unpriced: unpriced.map((one) => ({
    ...missingShape(one.missing, one.service, (service) => didYouMeanService(card, service, account)),
    charges: one.charges,
    cost: amountText(one.credits),
  })),
})

export const rateCardPreviewOperations: readonly Operation[] = [compareVersions, previewChanges, previewDraftCosts]
