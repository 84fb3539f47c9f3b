import { decisionOf } from '../../../shared/api/fields/decision.ts'
import {
  discardedCountSchema,
  discardSchema,
  type OpenList,
  redrivenSchema,
  redriveSchema,
} from '../../../shared/api/held/held-decision.ts'
import { discardHeld } from '../../../shared/held/io/discard-held.ts'
import { redriveHeld } from '../../../shared/held/io/redrive-held.ts'
import { nothing, type Operation, writing } from '../../../shared/http/operation.ts'
import { selectHeld } from '../held-selection.ts'
import type { OperationId } from '../route-table.ts'

interface Decision {
  readonly operationId: OperationId
  readonly list: OpenList
  readonly summary: string
  readonly description: string
}

const MORE =
  'A request takes up to 200 events; while `next` is there, send it again with that as `after` and a fresh key.'

const redrive = ({ operationId, list, summary, description }: Decision): Operation =>
  writing({
    operationId,
    tag: 'Held events',
    summary,
    description: `${description} ${MORE}`,
    params: nothing,
    body: { schema: redriveSchema(list), example: { which: { account: 'acme' } } },
    answers: [
      {
        status: 200,
        description: 'What became of them',
        schema: redrivenSchema,
        example: { charged: 3, replayed: 0, parked: 1, ahead: 0, quarantined: 2, failed: 0 },
      },
    ],
    problems: [],
    handle: async ({ body: { which, after } }, { services, tools }) => {
      const { held, writer, catalogue: rates } = services
      const { events, next } = await selectHeld(held, list, which, after)
      const { counts } = await redriveHeld({ held, writer, rates }, events, tools.now(), tools.remainingMs)
      const { 'given-back': failed, ...others } = counts
      return { status: 200, body: { ...others, failed, ...(next !== undefined && { next }) } }
    },
  })

const discard = ({ operationId, list, summary, description }: Decision): Operation =>
  writing({
    operationId,
    tag: 'Held events',
    summary,
    description: `${description} They are kept with who decided so, when and why: GET /v1/discarded. Published again, an event is judged anew. ${MORE}`,
    params: nothing,
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
    problems: [],
    handle: async (request, { services, tools, caller }) => {
      const { which, after } = request.body
      const { actor, at, reason, reference } = decisionOf(request, { caller, tools })
      const { events, next } = await selectHeld(services.held, list, which, after)
      for (const event of events) await discardHeld(services.held, event, { actor, at, reason, reference })
      return { status: 200, body: { discarded: events.length, ...(next !== undefined && { next }) } }
    },
  })

/** What an operator may decide about events that are held. */
export const heldDecisionOperations: readonly Operation[] = [
  redrive({
    operationId: 'redriveQuarantined',
    list: 'quarantine',
    summary: 'Judge quarantined events again',
    description:
      'Each is read anew from its original bytes: charged once, at the price of its own time; or parked; or it waits; or it stays with the reason that it has now. For when the cause is mended: an account was opened, or a version of ours takes what another refused.',
  }),
  discard({
    operationId: 'discardQuarantined',
    list: 'quarantine',
    summary: 'Discard quarantined events',
    description: 'They are never charged.',
  }),
  redrive({
    operationId: 'redriveParked',
    list: 'parked',
    summary: 'Judge parked events again',
    description:
      'Happens by itself within two minutes of a publication; this is for when it has to be now, or to see what an event still lacks.',
  }),
  discard({
    operationId: 'discardParked',
    list: 'parked',
    summary: 'Discard parked events',
    description: 'Their usage is never charged, also when it gets a price.',
  }),
  discard({
    operationId: 'discardAhead',
    list: 'ahead',
    summary: 'Discard events whose time has not come',
    description: 'They are not charged when their time comes: for when it was a wrong time.',
  }),
]
