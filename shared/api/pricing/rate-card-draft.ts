import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { DraftRecord } from '../../pricing/io/drafts-table.ts'
import type { CheckedDraft, DraftCheck } from '../../pricing/io/rate-card-drafts.ts'
import { instantText } from '../../time/instant.ts'
import { timeSchema } from '../fields/time.ts'
import { neutralChangeSchema, neutralChangeShape } from './price-change.ts'
import { cardDraftFields, unmarkedSchema } from './rate-card.ts'

export const draftPathSchema = z.strictObject({
  draft: described(z.string().check(z.regex(/^[0-9a-f]{16}$/, 'expected the id of a draft')), 'The draft'),
})

export const revisionSchema = described(
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
