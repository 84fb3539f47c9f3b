import * as z from 'zod/mini'
import type { Place, ShelfKind } from '../../held/held-event.ts'
import { type HeldEventRecord, timeOfEntry } from '../../held/held-record.ts'
import { described } from '../../http/described.ts'
import type { MeantService } from '../../pricing/io/warm-catalogue.ts'
import { instantText } from '../../time/instant.ts'
import { cursorOf, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'

/** As `rate.missing`, `event.schema`: codes of price-usage, of this version of it or an earlier one. */
const REASON = /^[a-z]{1,32}\.[a-z-]{1,64}$/

export const reasonSchema = z
  .string()
  .check(z.regex(REASON, 'expected a reason as it stands in the list, such as "event.schema"'))

const placeOf = (list: ShelfKind) =>
  z.tuple([z.string().check(z.startsWith(`${list}#`)), z.string().check(z.minLength(1))])

/** How a list of held events is read: its places are shelf and entry. */
export const placesOf = (list: ShelfKind) => pagingOf(list, placeOf(list), 200, 50)

const cursors = {
  parked: cursorOf('parked', placeOf('parked')),
  ahead: cursorOf('ahead', placeOf('ahead')),
  quarantine: cursorOf('quarantine', placeOf('quarantine')),
  discarded: cursorOf('discarded', placeOf('discarded')),
} as const satisfies Record<ShelfKind, unknown>

/** A place in a list, opaque outside. */
export const writePlace = (list: ShelfKind, { shelf, entry }: Place): string => cursors[list].write([shelf, entry])

/** @throws Problem when it is no place of this list */
export function readPlace(list: ShelfKind, text: string): Place {
  const [shelf, entry] = cursors[list].read(text)
  return { shelf, entry }
}

/** Whether a text is a place of this list. */
export const isPlace = (list: ShelfKind, text: string): boolean => cursors[list].find(text) !== undefined

const entrySchema = described(z.string(), 'Names it in a redrive or discard')

/** Of a valid event. */
const validFields = {
  entry: entrySchema,
  account: z.string(),
  source: z.string(),
  id: z.string(),
  time: timeSchema,
  service: z.string(),
}

const validShape = (list: 'parked' | 'ahead', held: HeldEventRecord) => ({
  entry: writePlace(list, held),
  account: held.account ?? '',
  source: held.source ?? '',
  id: held.id ?? '',
  time: held.eventTime ?? '',
  service: held.service ?? '',
})

export const parkedSchema = z
  .object({
    ...validFields,
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

export const parkedShape = (held: HeldEventRecord, meant: MeantService): z.infer<typeof parkedSchema> => ({
  ...validShape('parked', held),
  missing: [...held.missing],
  reason: held.reason,
  detail: `${held.detail}${meant(held.service ?? '', held.account)}`,
  parkedAt: instantText(held.heldAt),
  event: held.original,
})

export const aheadSchema = z
  .object({
    ...validFields,
    until: described(timeSchema, 'From here on it is charged, within two minutes, at the price of its own time'),
    receivedAt: timeSchema,
    event: described(z.string(), 'As it was sent, to the letter'),
  })
  .check(z.meta({ id: 'AheadEvent' }))

export const aheadShape = (held: HeldEventRecord): z.infer<typeof aheadSchema> => ({
  ...validShape('ahead', held),
  until: timeOfEntry(held.entry),
  receivedAt: instantText(held.heldAt),
  event: held.original,
})

const quarantinedFields = {
  reason: described(z.string(), 'Stable code'),
  path: described(z.string(), 'A JSON pointer into the event'),
  detail: z.string(),
  account: z.optional(described(z.string(), 'As the event names it, where that could be read')),
  source: z.optional(z.string()),
  id: z.optional(z.string()),
  messageId: z.string(),
  index: described(z.int().check(z.minimum(0)), 'The place in the message, from 0'),
  receivedAt: timeSchema,
  original: described(z.string(), 'The bytes as they were sent, base64'),
}

export const quarantinedSchema = z
  .object({ entry: entrySchema, ...quarantinedFields })
  .check(z.meta({ id: 'QuarantinedEvent' }))

export const quarantinedShape = (held: HeldEventRecord): z.infer<typeof quarantinedSchema> => ({
  entry: writePlace('quarantine', held),
  ...heldShape(held),
})

export const discardedSchema = z
  .object({
    was: described(z.enum(['parked', 'ahead', 'quarantined']), 'As what it was held'),
    ...quarantinedFields,
    discardedBy: z.string(),
    discardedAt: timeSchema,
    discardedFor: described(z.string(), 'Why it is never charged'),
    reference: z.optional(z.string()),
  })
  .check(z.meta({ id: 'DiscardedEvent' }))

export function discardedShape(held: HeldEventRecord): z.infer<typeof discardedSchema> {
  const { actor, at, reason, reference } = held.discarding ?? { actor: '', at: 0, reason: '', reference: undefined }
  return {
    was: held.kind,
    ...heldShape(held),
    discardedBy: actor,
    discardedAt: instantText(at),
    discardedFor: reason,
    ...(reference !== undefined && { reference }),
  }
}

function heldShape(held: HeldEventRecord) {
  const { reason, path, detail, account, source, id, messageId, index } = held
  return {
    reason,
    path,
    detail,
    account,
    source,
    id,
    messageId,
    index,
    receivedAt: instantText(held.heldAt),
    original: Buffer.from(held.original).toString('base64'),
  }
}
