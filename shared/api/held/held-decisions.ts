import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import type { ShelfKind } from '../../held/held-event.ts'
import { described } from '../../http/described.ts'
import { answer, type Operation, writing } from '../../http/operation.ts'
import { accountSchema, daySchema, nameSchema } from '../../usage/text.ts'
import { decisionFields } from '../fields/decision.ts'
import { nextSchema } from '../fields/paging.ts'
import { isPlace, reasonSchema } from './held-event.ts'

/** The lists whose events an operator may decide on. */
export type OpenList = Exclude<ShelfKind, 'discarded'>

/** The most events that one request decides. */
export const EVENTS_A_REQUEST = 200

const idOf = (list: OpenList): string => `${list.slice(0, 1).toUpperCase()}${list.slice(1)}`

/** Which events: those that fit all that is given. */
function whichSchema(list: OpenList) {
  const place = z
    .string()
    .check(ruled((text) => isPlace(list, text), 'expected `entry` of an event of this list, unchanged'))
  const fields = {
    account: z.optional(described(accountSchema, 'As the events name it')),
    service: z.optional(described(nameSchema, 'As the events name it')),
    reason: z.optional(described(reasonSchema, 'Why they are held')),
    entries: z.optional(
      described(
        z
          .array(place)
          .check(
            z.minLength(1, 'expected at least one entry'),
            z.maxLength(EVENTS_A_REQUEST, `expected at most ${EVENTS_A_REQUEST}`),
          ),
        'These alone, by `entry` of the list',
      ),
    ),
  }
  return z
    .strictObject(
      list === 'quarantine'
        ? { day: z.optional(described(daySchema, 'The day by UTC on which their messages were sent')), ...fields }
        : fields,
    )
    .check(
      ruled((given) => Object.keys(given).length > 0, 'names no events; give an account, a reason or entries'),
      z.meta({
        id: `Which${idOf(list)}`,
        minProperties: 1,
        description: 'Events that fit all that is given; at least one thing is',
      }),
    )
}

const which = {
  parked: whichSchema('parked'),
  ahead: whichSchema('ahead'),
  quarantine: whichSchema('quarantine'),
} as const satisfies Record<OpenList, unknown>

/** Where a request goes on that found more than one takes. */
const afterSchema = (list: OpenList) =>
  z.optional(
    described(
      z.string().check(ruled((text) => isPlace(list, text), 'expected `next` of the answer before, unchanged')),
      '`next` of the answer before',
    ),
  )

const redriveSchema = (list: OpenList) =>
  z.strictObject({ which: which[list], after: afterSchema(list) }).check(z.meta({ id: `Redrive${idOf(list)}` }))

const discardSchema = (list: OpenList) =>
  z
    .strictObject({
      which: which[list],
      after: afterSchema(list),
      reason: described(decisionFields.reason, 'Why they are never charged; kept with them'),
      reference: decisionFields.reference,
    })
    .check(z.meta({ id: `Discard${idOf(list)}` }))

const count = z.int().check(z.minimum(0))

const redrivenSchema = z
  .object({
    charged: count,
    replayed: described(count, 'Charged before; they leave the list'),
    parked: described(count, 'Valid, without a price'),
    ahead: described(count, 'Valid, their time has not come'),
    quarantined: described(count, 'Not valid still, with the reason that they have now'),
    failed: described(count, 'Not possible at this moment; they lie where they lay. Send it again'),
    next: nextSchema,
  })
  .check(
    z.meta({
      id: 'Redriven',
      description: 'How many events came to what; of a message held whole, each of its events',
    }),
  )

const discardedCountSchema = z.object({ discarded: count, next: nextSchema }).check(z.meta({ id: 'Discarded' }))

const MORE =
  'A request takes up to 200 events; while `next` is there, send it again with that as `after` and a fresh key.'

interface Decision {
  readonly operationId: string
  readonly route: `POST /v1/${string}`
  readonly summary: string
  readonly description: string
}

const common = { scope: 'operate', tag: 'Held events' } as const

const redriving = (list: OpenList, { description, ...said }: Decision) =>
  writing({
    ...common,
    ...said,
    description: `${description} ${MORE}`,
    body: { schema: redriveSchema(list), example: { which: { account: 'acme' } } },
    answers: [
      answer(200, 'What became of them', redrivenSchema, {
        charged: 3,
        replayed: 0,
        parked: 1,
        ahead: 0,
        quarantined: 2,
        failed: 0,
      }),
    ],
  })

const discarding = (list: OpenList, { description, ...said }: Decision) =>
  writing({
    ...common,
    ...said,
    description: `${description} They are kept with who decided so, when and why: GET /v1/discarded. Published again, an event is judged anew. ${MORE}`,
    body: {
      schema: discardSchema(list),
      example: { which: { account: 'acme' }, reason: 'test messages of the staging platform', reference: 'T-4711' },
    },
    answers: [answer(200, 'How many were discarded', discardedCountSchema, { discarded: 12 })],
  })

export const redriveQuarantined = redriving('quarantine', {
  operationId: 'redriveQuarantined',
  route: 'POST /v1/quarantine/redrives',
  summary: 'Judge quarantined events again',
  description:
    'Reads each event again from its original bytes. It is charged once, at the price of its own time; or parked; or it waits; or it stays, with its new reason. Use it after the cause is removed: the account was opened, or a new release accepts the event.',
})

export const discardQuarantined = discarding('quarantine', {
  operationId: 'discardQuarantined',
  route: 'POST /v1/quarantine/discards',
  summary: 'Discard quarantined events',
  description: 'They are never charged.',
})

export const redriveParked = redriving('parked', {
  operationId: 'redriveParked',
  route: 'POST /v1/parked/redrives',
  summary: 'Judge parked events again',
  description:
    'Happens by itself within two minutes of a publication; this is for when it has to be now, or to see what an event still lacks.',
})

export const discardParked = discarding('parked', {
  operationId: 'discardParked',
  route: 'POST /v1/parked/discards',
  summary: 'Discard parked events',
  description: 'Their usage is never charged, also when it gets a price.',
})

export const discardAhead = discarding('ahead', {
  operationId: 'discardAhead',
  route: 'POST /v1/ahead/discards',
  summary: 'Discard events whose time has not come',
  description: 'They are not charged when their time comes: for when it was a wrong time.',
})

/** What an operator may decide about events that are held. */
export const heldDecisionOperations: readonly Operation[] = [
  redriveQuarantined,
  discardQuarantined,
  redriveParked,
  discardParked,
  discardAhead,
]
