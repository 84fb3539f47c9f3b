import * as z from 'zod/mini'
import { nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import {
  aheadSchema,
  aheadShape,
  discardedSchema,
  discardedShape,
  type HeldList,
  parkedSchema,
  parkedShape,
  quarantinedSchema,
  quarantinedShape,
  readPlace,
  reasonSchema,
  writePlace,
} from '../../../shared/api/held/held-event.ts'
import { listHeld } from '../../../shared/held/io/held-listing.ts'
import type { HeldEventRecord } from '../../../shared/held/io/held-record.ts'
import { described } from '../../../shared/http/described.ts'
import { nothing, type Operation, reading } from '../../../shared/http/operation.ts'
import { type MeantService, meantServices } from '../../../shared/pricing/io/meant-services.ts'
import { accountSchema } from '../../../shared/usage/text.ts'
import type { OperationId } from '../route-table.ts'

const EVENTS_AT_MOST = 200
const EVENTS_USUALLY = 50

const querySchema = z.extend(pagingSchema(EVENTS_AT_MOST, EVENTS_USUALLY), {
  account: z.optional(
    described(accountSchema, 'Only events of this account; one that could not be read far enough belongs to none'),
  ),
  reason: z.optional(described(reasonSchema, 'Only events with this reason')),
})

interface List<S extends z.ZodMiniType> {
  readonly operationId: OperationId
  readonly list: HeldList
  /** The name of the list in the answer. */
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly schema: S
  readonly shape: (held: HeldEventRecord, meant: MeantService) => z.infer<S>
  readonly example: z.infer<S>
}

function listing<S extends z.ZodMiniType>({ operationId, list, name, schema, shape, ...of }: List<S>): Operation {
  return reading({
    operationId,
    tag: 'Held events',
    summary: of.summary,
    description: of.description,
    params: nothing,
    query: querySchema,
    answers: [
      {
        status: 200,
        description: 'Events; fewer than `limit`, or none, do not mean that it was all: `next` says so',
        schema: z.object({ [name]: z.array(schema), next: nextSchema }),
        example: { [name]: [of.example] },
      },
    ],
    problems: [],
    handle: async ({ query }, { services, tools }) => {
      const after = query.after === undefined ? undefined : readPlace(list, query.after)
      const limit = query.limit ?? EVENTS_USUALLY
      const { events, next } = await listHeld(services.held, list, { after, limit, filter: query })
      const meant = list === 'parked' ? await meantServices(services.catalogue, tools.now()) : () => ''
      const shaped = events.map((event) => shape(event, meant))
      return { status: 200, body: { [name]: shaped, ...(next && { next: writePlace(list, next) }) } }
    },
  })
}

const entry = 'WyJwYXJrZWQiLFsicGFya2VkI29wZW5haS9ncHQtOSNpbnB1dF90b2tlbnMiLCIyMDI2Il1d'

const listParked = listing({
  operationId: 'listParked',
  list: 'parked',
  name: 'parked',
  summary: 'List events that have no price yet',
  description: 'Valid, not charged and not lost: they are charged once their price is published.',
  schema: parkedSchema,
  shape: parkedShape,
  example: {
    entry,
    account: 'acme',
    source: '/chat/eu',
    id: 'order-17',
    time: '2026-11-23T10:15:30.123Z',
    service: 'openai/gpt-9',
    missing: ['input_tokens'],
    reason: 'rate.missing',
    detail: 'no price for input_tokens of openai/gpt-9, which no rate names',
    parkedAt: '2026-11-23T10:15:31.000Z',
    event: '{"specversion":"1.0"}',
  },
})

const listAhead = listing({
  operationId: 'listAhead',
  list: 'ahead',
  name: 'ahead',
  summary: 'List events whose time has not come',
  description:
    'Valid, from a clock that is more than 5 minutes and at most 48 hours ahead of ours. Each is charged by itself once it is less than 5 minutes ahead.',
  schema: aheadSchema,
  shape: aheadShape,
  example: {
    entry,
    account: 'acme',
    source: '/chat/eu',
    id: 'order-17',
    time: '2026-11-23T11:15:30.123Z',
    service: 'openai/gpt-4o',
    until: '2026-11-23T11:10:30.123Z',
    receivedAt: '2026-11-23T10:15:31.000Z',
    event: '{"specversion":"1.0"}',
  },
})

const quarantinedExample = {
  reason: 'event.schema',
  path: '/data/user',
  detail: 'is missing; expected 1 to 128 characters, none of them a control character or lone surrogate',
  account: 'acme',
  source: '/chat/eu',
  id: 'order-17',
  messageId: '2e1424d4-f796-459a-8184-9c92662be6da',
  index: 0,
  receivedAt: '2026-11-23T10:15:31.000Z',
  original: 'eyJzcGVjdmVyc2lvbiI6IjEuMCJ9',
}

const listQuarantined = listing({
  operationId: 'listQuarantined',
  list: 'quarantine',
  name: 'quarantined',
  summary: 'List events that are not valid',
  description:
    'Not charged; kept with the reason, the place of the fault, and the original bytes, until they are redriven or discarded.',
  schema: quarantinedSchema,
  shape: quarantinedShape,
  example: { entry, ...quarantinedExample },
})

const listDiscarded = listing({
  operationId: 'listDiscarded',
  list: 'discarded',
  name: 'discarded',
  summary: 'List events that were discarded',
  description:
    'Never charged, because an operator decided so; kept for good with who, when and why. By the day when they were held.',
  schema: discardedSchema,
  shape: discardedShape,
  example: {
    was: 'quarantined',
    ...quarantinedExample,
    discardedBy: 'olga',
    discardedAt: '2026-11-24T08:00:00.000Z',
    discardedFor: 'a test message of the staging platform',
  },
})

export const heldOperations: readonly Operation[] = [listParked, listAhead, listQuarantined, listDiscarded]
