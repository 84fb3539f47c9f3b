import { type Operation, writing } from '../../http/operation.ts'
import { discardedCountSchema, discardSchema, type OpenList, redrivenSchema, redriveSchema } from './held-decision.ts'

const MORE =
  'A request takes up to 200 events; while `next` is there, send it again with that as `after` and a fresh key.'

interface Decision {
  readonly operationId: string
  readonly path: `/v1/${string}`
  readonly summary: string
  readonly description: string
}

const common = { method: 'POST', scope: 'operate', tag: 'Held events' } as const

const redriving = (list: OpenList, { description, ...said }: Decision) =>
  writing({
    ...common,
    ...said,
    description: `${description} ${MORE}`,
    body: { schema: redriveSchema(list), example: { which: { account: 'acme' } } },
    answers: [
      {
        status: 200,
        description: 'What became of them',
        schema: redrivenSchema,
        example: { charged: 3, replayed: 0, parked: 1, ahead: 0, quarantined: 2, failed: 0 },
      },
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
    answers: [
      {
        status: 200,
        description: 'How many were discarded',
        schema: discardedCountSchema,
        example: { discarded: 12 },
      },
    ],
  })

export const redriveQuarantined = redriving('quarantine', {
  operationId: 'redriveQuarantined',
  path: '/v1/quarantine/redrives',
  summary: 'Judge quarantined events again',
  description:
    'Reads each event again from its original bytes. It is charged once, at the price of its own time; or parked; or it waits; or it stays, with its new reason. Use it after the cause is removed: the account was opened, or a new release accepts the event.',
})

export const discardQuarantined = discarding('quarantine', {
  operationId: 'discardQuarantined',
  path: '/v1/quarantine/discards',
  summary: 'Discard quarantined events',
  description: 'They are never charged.',
})

export const redriveParked = redriving('parked', {
  operationId: 'redriveParked',
  path: '/v1/parked/redrives',
  summary: 'Judge parked events again',
  description:
    'Happens by itself within two minutes of a publication; this is for when it has to be now, or to see what an event still lacks.',
})

export const discardParked = discarding('parked', {
  operationId: 'discardParked',
  path: '/v1/parked/discards',
  summary: 'Discard parked events',
  description: 'Their usage is never charged, also when it gets a price.',
})

export const discardAhead = discarding('ahead', {
  operationId: 'discardAhead',
  path: '/v1/ahead/discards',
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
