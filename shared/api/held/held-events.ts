import * as z from 'zod/mini'
import type { ShelfKind } from '../../held/held-event.ts'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading } from '../../http/operation.ts'
import { accountSchema } from '../../usage/text.ts'
import { nextSchema } from '../fields/paging.ts'
import { aheadSchema, discardedSchema, parkedSchema, placesOf, quarantinedSchema, reasonSchema } from './held-event.ts'

const filters = {
  account: z.optional(
    described(accountSchema, 'Only events of this account; one that could not be read far enough belongs to none'),
  ),
  reason: z.optional(described(reasonSchema, 'Only events with this reason')),
}

interface List<S extends z.ZodMiniType> {
  readonly operationId: string
  readonly route: `GET /v1/${string}`
  readonly list: ShelfKind
  /** The name of the list in the answer. */
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly schema: S
  readonly example: z.infer<S>
}

const listing = <S extends z.ZodMiniType>({ list, name, schema, example, ...said }: List<S>) =>
  reading({
    ...said,
    scope: 'operate',
    tag: 'Held events',
    query: z.strictObject({ ...placesOf(list).query, ...filters }),
    answers: [
      answer(
        200,
        'Events; fewer than `limit`, or none, do not mean that it was all: `next` says so',
        z.object({ [name]: z.array(schema), next: nextSchema }),
        { [name]: [example] },
      ),
    ],
  })

const entry = 'WyJwYXJrZWQiLFsicGFya2VkI29wZW5haS9ncHQtOSNpbnB1dF90b2tlbnMiLCIyMDI2Il1d'

export const listParked = listing({
  operationId: 'listParked',
  route: 'GET /v1/parked',
  list: 'parked',
  name: 'parked',
  summary: 'List events that have no price yet',
  description: 'Valid, not charged and not lost: they are charged once their price is published.',
  schema: parkedSchema,
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

export const listAhead = listing({
  operationId: 'listAhead',
  route: 'GET /v1/ahead',
  list: 'ahead',
  name: 'ahead',
  summary: 'List events whose time has not come',
  description:
    'Valid events from a clock that is 5 minutes to 48 hours ahead. Each is charged automatically when it is less than 5 minutes ahead.',
  schema: aheadSchema,
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

export const listQuarantined = listing({
  operationId: 'listQuarantined',
  route: 'GET /v1/quarantine',
  list: 'quarantine',
  name: 'quarantined',
  summary: 'List events that are not valid',
  description:
    'Not charged; kept with the reason, the place of the fault, and the original bytes, until they are redriven or discarded.',
  schema: quarantinedSchema,
  example: { entry, ...quarantinedExample },
})

export const listDiscarded = listing({
  operationId: 'listDiscarded',
  route: 'GET /v1/discarded',
  list: 'discarded',
  name: 'discarded',
  summary: 'List events that were discarded',
  description:
    'An operator decided that these are never charged. They are kept with who, when and why, by the day when they were held.',
  schema: discardedSchema,
  example: {
    was: 'quarantined',
    ...quarantinedExample,
    discardedBy: 'olga',
    discardedAt: '2026-11-24T08:00:00.000Z',
    discardedFor: 'a test message of the staging platform',
  },
})

export const heldOperations: readonly Operation[] = [listParked, listAhead, listQuarantined, listDiscarded]
