import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading, writing } from '../../http/operation.ts'
import type { DraftRecord } from '../../pricing/io/drafts-table.ts'
import type { CheckedDraft, DraftCheck } from '../../pricing/io/rate-card-drafts.ts'
import { instantText } from '../../time/instant.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'
import {
  cardDraftFields,
  neutralChangeSchema,
  neutralChangeShape,
  publishedSchema,
  unmarkedSchema,
} from './rate-card.ts'

export const draftPathSchema = z.strictObject({
  draft: described(z.string().check(z.regex(/^[0-9a-f]{16}$/, 'expected the id of a draft')), 'The draft'),
})

const revisionSchema = described(
  z.int().check(z.minimum(1)),
  'Counts the edits. Send the revision that you edited, so that no edit by others is lost.',
)

export const draftSummarySchema = z
  .object({
    draft: z.string(),
    revision: revisionSchema,
    note: z.string(),
    editedBy: z.string(),
    editedAt: timeSchema,
  })
  .check(z.meta({ id: 'RateCardDraftSummary' }))

export const draftSchema = z
  .object({
    ...draftSummarySchema.def.shape,
    card: z.object(cardDraftFields),
    check: described(
      z.object({
        isPublishable: z.boolean(),
        faults: described(
          z.array(z.object({ pointer: z.string(), detail: z.string() })),
          'What is wrong, the first hundred; pointers into `card`',
        ),
        unmarked: unmarkedSchema,
        changes: described(
          z.optional(
            z.object({ new: z.int(), changed: z.int(), gone: z.int(), priceNeutralVariants: neutralChangeSchema }),
          ),
          'How many rates differ from the version in force when it takes effect, and which price-neutral variants',
        ),
      }),
      'What would come of it if it were published now',
    ),
  })
  .check(z.meta({ id: 'RateCardDraft' }))

const FAULTS_SHOWN = 100

export const draftSummary = (record: DraftRecord): z.infer<typeof draftSummarySchema> => ({
  draft: record.id,
  revision: record.revision,
  note: record.note,
  editedBy: record.actor,
  editedAt: instantText(record.editedAt),
})

export function draftShape({ record, given, check }: CheckedDraft): z.infer<typeof draftSchema> {
  return { ...draftSummary(record), card: given, check: checkShape(check) }
}

function checkShape(check: DraftCheck): z.infer<typeof draftSchema>['check'] {
  if (check.kind === 'refused') return { isPublishable: false, faults: check.faults.slice(0, FAULTS_SHOWN) }
  const { changes, neutral, unmarked } = check
  const fresh = changes.filter(({ before }) => before === undefined).length
  const gone = changes.filter(({ after }) => after === undefined).length
  return {
    isPublishable: true,
    faults: [],
    unmarked: unmarked.length > 0 ? unmarked.map(({ service, meter }) => ({ service, meter })) : undefined,
    changes: { new: fresh, changed: changes.length - fresh - gone, gone, ...neutralChangeShape(neutral) },
  }
}

export const paging = pagingOf('drafts', z.string(), 100)

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

export const createRateCardDraft = writing({
  operationId: 'createRateCardDraft',
  route: 'POST /v1/rate-card-drafts',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Begin a draft of a rate card',
  description:
    'Saved whether or not it could be published; `check` says what is wrong. With `from`, of what that version was made of. Dropped 90 days after its last edit.',
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
})

export const editRateCardDraft = writing({
  operationId: 'editRateCardDraft',
  route: 'PUT /v1/rate-card-drafts/{draft}',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Replace the content of a draft',
  params: draftPathSchema,
  body: {
    schema: z.strictObject({ ...cardDraftFields, revision: revisionSchema }).check(z.meta({ id: 'EditRateCardDraft' })),
    example: { ...given, revision: 1 },
  },
  answers: [draftAnswer(200, 'Saved, as the next revision')],
  problems: ['draft.not-found', 'draft.changed'],
})

export const listRateCardDrafts = reading({
  operationId: 'listRateCardDrafts',
  route: 'GET /v1/rate-card-drafts',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'List the drafts of rate cards',
  query: z.strictObject(paging.query),
  answers: [
    answer(200, 'Drafts, by id', z.object({ drafts: z.array(draftSummarySchema), next: nextSchema }), {
      drafts: [summary],
    }),
  ],
})

export const getRateCardDraft = reading({
  operationId: 'getRateCardDraft',
  route: 'GET /v1/rate-card-drafts/{draft}',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Show a draft, and what would come of it',
  params: draftPathSchema,
  answers: [draftAnswer(200, 'The draft')],
  problems: ['draft.not-found'],
})

const seenSchema = z.strictObject({ revision: revisionSchema })

export const discardRateCardDraft = writing({
  operationId: 'discardRateCardDraft',
  route: 'POST /v1/rate-card-drafts/{draft}/discard',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Throw a draft away',
  params: draftPathSchema,
  body: { schema: seenSchema.check(z.meta({ id: 'DiscardRateCardDraft' })), example: { revision: 1 } },
  answers: [answer(200, 'It was as shown', draftSummarySchema, summary)],
  problems: ['draft.not-found', 'draft.changed'],
})

export const publishRateCardDraft = writing({
  operationId: 'publishRateCardDraft',
  route: 'POST /v1/rate-card-drafts/{draft}/publish',
  scope: 'operate',
  tag: 'Rate cards',
  summary: 'Publish a draft as the next version',
  description:
    'Publishes the draft as it is at that revision. It is published only once, also where several people or retries ask; then the draft is deleted.',
  params: draftPathSchema,
  body: { schema: seenSchema.check(z.meta({ id: 'PublishRateCardDraft' })), example: { revision: 1 } },
  answers: [
    answer(201, 'Published', publishedSchema, {
      version: 2,
      effectiveFrom: '2026-12-01T00:00:00.000Z',
      publishedAt: '2026-11-24T08:00:00.000Z',
      hash: '7c4a8d09ca3762af61e59520943dc26494f8941b2fd9c8c64b0e1d3c1a1e3f11',
      note: 'prices of December',
      publishedBy: 'olga',
      rates: [{ service: '*', meter: 'tool_calls', per: '1', price: '0.005', currency: 'EUR' }],
    }),
  ],
  problems: ['draft.not-found', 'draft.changed', 'rate-card.refused'],
})

export const rateCardDraftOperations: readonly Operation[] = [
  createRateCardDraft,
  listRateCardDrafts,
  getRateCardDraft,
  editRateCardDraft,
  discardRateCardDraft,
  publishRateCardDraft,
]
