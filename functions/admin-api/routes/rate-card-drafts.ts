import * as z from 'zod/mini'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import {
  cardDraftFields,
  type GivenCard,
  publishedSchema,
  publishedShape,
} from '../../../shared/api/pricing/rate-card.ts'
import {
  draftPathSchema,
  draftSchema,
  draftShape,
  draftSummary,
  draftSummarySchema,
  revisionSchema,
} from '../../../shared/api/pricing/rate-card-draft.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import { nothing, type Operation, reading, type Setting, writing } from '../../../shared/http/operation.ts'
import { checkDraft } from '../../../shared/pricing/cards/check-draft.ts'
import { type DraftRecord, dropDraft, listDrafts, putDraft } from '../../../shared/pricing/io/drafts-table.ts'
import type { Instant } from '../../../shared/time/instant.ts'
import { publishRateCard } from '../publish-rate-card.ts'
import {
  asDraft,
  checkRevision,
  draftIdOf,
  givenFromVersion,
  keyOfDraft,
  type OpenDraft,
  openDraft,
} from '../rate-card-drafts.ts'
import type { Services } from '../services.ts'

const MOST = 100

const summary = {
  draft: '0f1e2d3c4b5a6978',
  revision: 1,
  note: 'prices of December',
  editedBy: 'olga',
  editedAt: '2026-11-24T08:00:00.000Z',
}

const given = {
  effectiveFrom: '2026-12-01T00:00:00Z',
  note: 'prices of December',
  listPrices: [
    {
      service: 'openai/gpt-4o',
      meter: 'input_tokens' as const,
      per: '1000000',
      listPrice: '2.50',
      currency: 'USD',
      source: 'openai.com/api/pricing',
    },
  ],
  exchangeRates: [{ currency: 'USD', rate: '0.8643', day: '2026-11-20', source: 'reference rate of the central bank' }],
  markups: [{ percent: '20' }, { account: 'acme', service: 'openai/*', percent: '15' }],
}

const draftAnswer = (status: 200 | 201, description: string) => ({
  status,
  description,
  schema: draftSchema,
  example: {
    ...summary,
    card: given,
    check: { isPublishable: true, faults: [], changes: { new: 1, changed: 0, gone: 0 } },
  },
})

const createDraft = writing({
  operationId: 'createRateCardDraft',
  tag: 'Rate cards',
  summary: 'Begin a draft of a rate card',
  description:
    'Saved whether or not it could be published; `check` says what is wrong. With `from`, of what that version was made of. Dropped 90 days after its last edit.',
  params: nothing,
  body: {
    schema: z
      .strictObject({
        ...cardDraftFields,
        from: z.optional(z.int().check(z.minimum(1), z.meta({ description: 'A version to begin with' }))),
      })
      .check(z.meta({ id: 'CreateRateCardDraft' })),
    example: given,
  },
  answers: [draftAnswer(201, 'Saved')],
  problems: ['rate-card.not-found'],
  handle: async ({ body: { from, ...card }, key }, setting) => {
    const { services, tools, caller } = setting
    const body = from === undefined ? card : await givenFromVersion(from, onlyHead(card), services, tools.now())
    return { status: 201, body: await save(body, { id: draftIdOf(caller, key), revision: 1 }, setting) }
  },
})

/** @throws Problem when there is more in it than a head */
function onlyHead({ effectiveFrom, note, ...content }: GivenCard): Pick<GivenCard, 'effectiveFrom' | 'note'> {
  const [first] = Object.keys(content)
  if (first !== undefined) {
    const detail = 'with "from" the content comes of that version; leave it out, and edit the draft then'
    throw refusal('request.body', [{ pointer: `/${first}`, detail }])
  }
  return { effectiveFrom, note }
}

const editDraft = writing({
  operationId: 'editRateCardDraft',
  tag: 'Rate cards',
  summary: 'Replace the content of a draft',
  params: draftPathSchema,
  body: {
    schema: z.strictObject({ ...cardDraftFields, revision: revisionSchema }).check(z.meta({ id: 'EditRateCardDraft' })),
    example: { ...given, revision: 1 },
  },
  answers: [draftAnswer(200, 'Saved, as the next revision')],
  problems: ['draft.not-found', 'draft.changed'],
  handle: async ({ params, body: { revision, ...card } }, setting) => {
    const standing = await openDraft(setting.services, params.draft)
    const { record } = standing
    // Sent again after its answer got lost.
    const isDone = record.revision === revision + 1 && isOwn(standing, card, setting)
    if (isDone) return { status: 200, body: await shown(standing, setting.services, setting.tools.now()) }
    checkRevision(record, revision)
    return { status: 200, body: await save(card, { id: record.id, revision: revision + 1 }, setting) }
  },
})

/** Saves a revision, and shows it with what would come of it. @throws Problem when another edit came first */
async function save(
  card: GivenCard,
  { id, revision }: Pick<DraftRecord, 'id' | 'revision'>,
  { services, tools, caller }: Setting,
) {
  const editedAt = tools.now()
  const record = { id, revision, note: card.note, actor: caller.subject, editedAt, content: services.nonce() }
  if ((await putDraft(services.drafts, record, JSON.stringify(card))) === 'changed') {
    const standing = await openDraft(services, id)
    if (!isOwn(standing, card, { caller })) checkRevision(standing.record, revision - 1)
    return await shown(standing, services, editedAt)
  }
  return await shown({ record: { ...record, pieces: 0 }, given: card }, services, editedAt)
}

/** Whether this caller has saved just this: a request that is sent again finds what it has done. */
const isOwn = ({ record, given: there }: OpenDraft, card: GivenCard, { caller }: Pick<Setting, 'caller'>): boolean =>
  record.actor === caller.subject && JSON.stringify(there) === JSON.stringify(card)

async function shown(draft: OpenDraft, { cards }: Pick<Services, 'cards'>, now: Instant) {
  const check = checkDraft(await cards.catalogue(now), asDraft(draft, draft.record.actor), now)
  return draftShape(draft.record, draft.given, check)
}

const cursor = cursorOf('drafts', z.string())

const listAll = reading({
  operationId: 'listRateCardDrafts',
  tag: 'Rate cards',
  summary: 'List the drafts of rate cards',
  params: nothing,
  query: pagingSchema(MOST, MOST),
  answers: [
    {
      status: 200,
      description: 'Drafts, by id',
      schema: z.object({ drafts: z.array(draftSummarySchema), next: nextSchema }),
      example: { drafts: [summary] },
    },
  ],
  problems: [],
  handle: async ({ query: { limit = MOST, after } }, { services }) => {
    const drafts = await listDrafts(services.drafts, after && cursor.read(after), limit)
    const last = drafts.length === limit ? drafts.at(-1) : undefined
    return { status: 200, body: { drafts: drafts.map(draftSummary), ...(last && { next: cursor.write(last.id) }) } }
  },
})

const getDraft = reading({
  operationId: 'getRateCardDraft',
  tag: 'Rate cards',
  summary: 'Show a draft, and what would come of it',
  params: draftPathSchema,
  query: nothing,
  answers: [draftAnswer(200, 'The draft')],
  problems: ['draft.not-found'],
  handle: async ({ params }, { services, tools }) => ({
    status: 200,
    body: await shown(await openDraft(services, params.draft), services, tools.now()),
  }),
})

const seenSchema = z.strictObject({ revision: revisionSchema })

const discardDraft = writing({
  operationId: 'discardRateCardDraft',
  tag: 'Rate cards',
  summary: 'Throw a draft away',
  params: draftPathSchema,
  body: { schema: seenSchema.check(z.meta({ id: 'DiscardRateCardDraft' })), example: { revision: 1 } },
  answers: [{ status: 200, description: 'It was as shown', schema: draftSummarySchema, example: summary }],
  problems: ['draft.not-found', 'draft.changed'],
  handle: async ({ params, body: { revision } }, { services }) => {
    const { record } = await openDraft(services, params.draft)
    checkRevision(record, revision)
    if ((await dropDraft(services.drafts, record)) === 'changed')
      checkRevision((await openDraft(services, record.id)).record, revision)
    return { status: 200, body: draftSummary(record) }
  },
})

const publishDraft = writing({
  operationId: 'publishRateCardDraft',
  tag: 'Rate cards',
  summary: 'Publish a draft as the next version',
  description: 'As it stands at that revision, once, whoever asks how often; the draft is gone then.',
  params: draftPathSchema,
  body: { schema: seenSchema.check(z.meta({ id: 'PublishRateCardDraft' })), example: { revision: 1 } },
  answers: [
    {
      status: 201,
      description: 'Published',
      schema: publishedSchema,
      example: {
        version: 2,
        effectiveFrom: '2026-12-01T00:00:00.000Z',
        publishedAt: '2026-11-24T08:00:00.000Z',
        hash: '7c4a8d09ca3762af61e59520943dc26494f8941b2fd9c8c64b0e1d3c1a1e3f11',
        note: 'prices of December',
        publishedBy: 'olga',
        rates: [{ service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR' }],
      },
    },
  ],
  problems: ['draft.not-found', 'draft.changed', 'rate-card.refused'],
  handle: async ({ params: { draft: id }, body: { revision } }, { caller, services, tools }) => {
    const before = await publishedAs(services, keyOfDraft({ id, revision }), tools.now())
    if (before !== undefined) return { status: 201, body: publishedShape({ card: before, unmarked: [] }, caller) }
    const draft = await openDraft(services, id)
    checkRevision(draft.record, revision)
    const published = await publishRateCard(services, asDraft(draft, caller.subject), tools.now)
    await dropDraft(services.drafts, draft.record)
    return { status: 201, body: publishedShape(published, caller) }
  },
})

/** The version that was published with a key. */
async function publishedAs({ cards }: Pick<Services, 'cards'>, key: string, now: Instant) {
  const { cards: all, withdrawn } = await cards.catalogue(now)
  return [...all, ...withdrawn.map(({ card }) => card)].find((card) => card.key === key)
}

export const rateCardDraftOperations: readonly Operation[] = [
  createDraft,
  listAll,
  getDraft,
  editDraft,
  discardDraft,
  publishDraft,
]
