import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import type { ShelfKind } from '../../held/held-event.ts'
import { described } from '../../http/described.ts'
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

export const redriveSchema = (list: OpenList) =>
  z.strictObject({ which: which[list], after: afterSchema(list) }).check(z.meta({ id: `Redrive${idOf(list)}` }))

export const discardSchema = (list: OpenList) =>
  z
    .strictObject({
      which: which[list],
      after: afterSchema(list),
      reason: described(decisionFields.reason, 'Why they are never charged; kept with them'),
      reference: decisionFields.reference,
    })
    .check(z.meta({ id: `Discard${idOf(list)}` }))

const count = z.int().check(z.minimum(0))

export const redrivenSchema = z
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

export const discardedCountSchema = z.object({ discarded: count, next: nextSchema }).check(z.meta({ id: 'Discarded' }))
