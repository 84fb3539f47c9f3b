import * as z from 'zod/mini'
import { type HeldEventRecord, listHeld } from '../../../shared/store/held-listing.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { accountSchema } from '../../../shared/usage/text.ts'
import { nothing, type Operation, reading } from '../operation.ts'
import { described } from '../shapes/described.ts'
import { cursorOf, nextSchema, pagingSchema } from '../shapes/paging.ts'
import { timeSchema } from '../shapes/time.ts'

const EVENTS_AT_MOST = 200
const EVENTS_USUALLY = 50

/** As `rate.missing`, `event.schema`: codes of price-usage, of this version of it or an earlier one. */
const REASON = /^[a-z]{1,32}\.[a-z-]{1,64}$/

const querySchema = z.extend(pagingSchema(EVENTS_AT_MOST, EVENTS_USUALLY), {
  account: z.optional(
    described(accountSchema, 'Only events of this account; one that could not be read far enough belongs to none'),
  ),
  reason: z.optional(
    described(
      z.string().check(z.regex(REASON, 'expected a reason as it stands in the list, such as "event.schema"')),
      'Only events with this reason',
    ),
  ),
})
const placeSchema = z.tuple([z.string(), z.string().check(z.minLength(1))])
const shelfOf = (kind: string) => z.tuple([z.string().check(z.startsWith(`${kind}#`)), placeSchema.def.items[1]])

const parkedSchema = z
  .object({
    account: z.string(),
    source: z.string(),
    id: z.string(),
    time: timeSchema,
    service: z.string(),
    missing: described(z.array(z.string()), 'Meters without a price'),
    reason: described(
      z.string(),
      '`rate.missing`; `rate.variant`: there is a price, but not with this variant. Stable code',
    ),
    detail: described(z.string(), 'What is missing: of an unlisted variant with those listed, and the nearest'),
    parkedAt: timeSchema,
    event: described(z.string(), 'As it was sent, to the letter'),
  })
  .check(z.meta({ id: 'ParkedEvent' }))

const parkedCursor = cursorOf('parked', shelfOf('parked'))

const listParked = reading({
  operationId: 'listParked',
  tag: 'Held events',
  summary: 'List events that have no price yet',
  description: 'Valid, not charged and not lost: they are charged once their price is published.',
  params: nothing,
  query: querySchema,
  answers: [
    {
      status: 200,
      description: 'Parked events; fewer than `limit`, or none, do not mean that it was all: `next` says so',
      schema: z.object({ parked: z.array(parkedSchema), next: nextSchema }),
      example: {
        parked: [
          {
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
        ],
      },
    },
  ],
  problems: [],
  handle: async ({ query }, { services }) => {
    const [shelf, entry] = query.after === undefined ? [] : parkedCursor.read(query.after)
    const after = shelf === undefined || entry === undefined ? undefined : { shelf, entry }
    const limit = query.limit ?? EVENTS_USUALLY
    const { events, next } = await listHeld(services.held, 'parked', { after, limit, filter: query })
    return {
      status: 200,
      body: {
        parked: events.map(parkedShape),
        ...(next && { next: parkedCursor.write([next.shelf, next.entry]) }),
      },
    }
  },
})

const parkedShape = (held: HeldEventRecord): z.infer<typeof parkedSchema> => ({
  account: held.account ?? '',
  source: held.source ?? '',
  id: held.id ?? '',
  time: held.eventTime ?? '',
  service: held.service ?? '',
  missing: [...held.missing],
  reason: held.reason,
  detail: held.detail,
  parkedAt: instantText(held.heldAt),
  event: held.original,
})

const quarantinedSchema = z
  .object({
    reason: described(z.string(), 'Stable code'),
    path: described(z.string(), 'A JSON pointer into the event'),
    detail: z.string(),
    account: z.optional(z.string()),
    source: z.optional(z.string()),
    id: z.optional(z.string()),
    messageId: z.string(),
    index: described(z.int().check(z.minimum(0)), 'The place in the message, from 0'),
    receivedAt: timeSchema,
    original: described(z.string(), 'The bytes as they were sent, base64'),
  })
  .check(z.meta({ id: 'QuarantinedEvent' }))

const quarantineCursor = cursorOf('quarantine', shelfOf('quarantine'))

const listQuarantined = reading({
  operationId: 'listQuarantined',
  tag: 'Held events',
  summary: 'List events that are not valid',
  description: 'Never charged; kept with the reason, the place of the fault, and the original bytes.',
  params: nothing,
  query: querySchema,
  answers: [
    {
      status: 200,
      description:
        'Quarantined events, by day; fewer than `limit`, or none, do not mean that it was all: `next` says so',
      schema: z.object({ quarantined: z.array(quarantinedSchema), next: nextSchema }),
      example: {
        quarantined: [
          {
            reason: 'event.schema',
            path: '/data/user',
            detail: 'is missing; expected 1 to 128 characters, none of them a control character or lone surrogate',
            messageId: '2e1424d4-f796-459a-8184-9c92662be6da',
            index: 0,
            receivedAt: '2026-11-23T10:15:31.000Z',
            original: 'eyJzcGVjdmVyc2lvbiI6IjEuMCJ9',
          },
        ],
      },
    },
  ],
  problems: [],
  handle: async ({ query }, { services }) => {
    const [shelf, entry] = query.after === undefined ? [] : quarantineCursor.read(query.after)
    const after = shelf === undefined || entry === undefined ? undefined : { shelf, entry }
    const limit = query.limit ?? EVENTS_USUALLY
    const { events, next } = await listHeld(services.held, 'quarantine', { after, limit, filter: query })
    return {
      status: 200,
      body: {
        quarantined: events.map(quarantinedShape),
        ...(next && { next: quarantineCursor.write([next.shelf, next.entry]) }),
      },
    }
  },
})

function quarantinedShape(held: HeldEventRecord): z.infer<typeof quarantinedSchema> {
  const { reason, path, detail, account, source, id, messageId, index } = held
  return {
    ...{ reason, path, detail },
    ...(account !== undefined && { account }),
    ...(source !== undefined && { source }),
    ...(id !== undefined && { id }),
    ...{ messageId, index },
    receivedAt: instantText(held.heldAt),
    original: Buffer.from(held.original).toString('base64'),
  }
}

export const heldOperations: readonly Operation[] = [listParked, listQuarantined]
