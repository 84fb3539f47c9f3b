import { sha256Hex } from '../digest/sha256.ts'
import { plain } from '../money/exact.ts'
import { type MissingPrice, missingReason, missingText } from '../pricing/charge/missing-price.ts'
import { type Instant, instantText } from '../time/instant.ts'
import type { EventNames } from '../usage/read-event.ts'
import type { UsageEvent } from '../usage/usage-event.ts'

/** The place of an event. */
export interface Place {
  readonly shelf: string
  readonly entry: string
}

/** Two missing places are the same. */
export const isSamePlace = (a: Place | undefined, b: Place | undefined): boolean =>
  a?.shelf === b?.shelf && a?.entry === b?.entry

/** The first part of a shelf's name. */
export type ShelfKind = 'parked' | 'quarantine' | 'ahead' | 'discarded'

interface Held {
  readonly messageId: string
  /** Place in the message, from 0. */
  readonly index: number
  /** The publisher's text, unchanged. */
  readonly original: string
  readonly heldAt: Instant
}

interface HeldValid extends Held {
  readonly event: UsageEvent
  /** The key of the event's identity. */
  readonly identity: string
}

/** Valid, without a price yet. */
export interface ParkedEvent extends HeldValid {
  readonly kind: 'parked'
  readonly missing: readonly MissingPrice[]
}

/** Valid; its time has not come. */
interface AheadEvent extends HeldValid {
  readonly kind: 'ahead'
  /** When it is judged again. */
  readonly until: Instant
}

/** Not valid. */
export interface QuarantinedEvent extends Held {
  readonly kind: 'quarantined'
  readonly reason: string
  /** JSON pointer into the event. */
  readonly path: string
  readonly detail: string
  /** When the message was sent: the same at every receive, so that a redelivery writes the same item again. */
  readonly sentAt: Instant
  readonly names: EventNames
}

/** An event that is not charged, as it is put on a shelf. */
export type HeldEvent = ParkedEvent | AheadEvent | QuarantinedEvent

/** The shelf and entry of an event. */
export function placeOf(held: HeldEvent): Place {
  const { shelf, entry } = heldItem(held)
  return { shelf, entry }
}

/** An event as it is stored, without its original. */
export function heldItem(held: HeldEvent) {
  switch (held.kind) {
    case 'parked':
      return parkedItem(held)
    case 'ahead':
      return aheadItem(held)
    case 'quarantined':
      return quarantinedItem(held)
  }
}

/** Valid events on one shelf and entry may differ; the fingerprint tells them apart. */
const validFields = ({ event, messageId, index, heldAt }: HeldValid) => ({
  fingerprint: fingerprintOf(event),
  account: event.account,
  source: event.source,
  id: event.id,
  service: event.service,
  eventTime: instantText(event.time),
  messageId,
  index,
  heldAt,
})

const PARKED = 'parked#'

function parkedItem(held: ParkedEvent) {
  const { event, missing, identity } = held
  const meters = missing.map(({ meter }) => meter)
  const reason = missingReason(missing)
  return {
    shelf: `${PARKED}${event.service}#${meters[0] ?? ''}`,
    entry: `${instantText(event.time)}#${identity}`,
    kind: held.kind,
    reason,
    path: reason === 'rate.variant' ? '/data/variant' : '/data/quantities',
    detail: missingText(missing, event.service),
    missing: meters,
    ...validFields(held),
  }
}

/**
 * The group of a shelf of parked events; `meter`: the first of its meters without a price.
 *
 * Contracts, "Tables": `parked#service#meter`; a service may have a `#` in it, a meter has none.
 */
export function parkedShelfOf(name: string): { readonly service: string; readonly meter: string } {
  const end = name.lastIndexOf('#')
  return { service: name.slice(PARKED.length, end), meter: name.slice(end + 1) }
}

/** All waiting events lie on one shelf, in the order in which they are due. */
export const AHEAD_SHELF = 'ahead#all'

function aheadItem(held: AheadEvent) {
  const { event, until, identity } = held
  const due = instantText(until)
  return {
    shelf: AHEAD_SHELF,
    entry: `${due}#${identity}`,
    kind: held.kind,
    reason: 'event.ahead',
    path: event.time >= (event.boundAt ?? 0) ? '/time' : '/id',
    detail: `its time is ahead of now; it is charged when that has come, from ${due} on`,
    ...validFields(held),
  }
}

function quarantinedItem({ kind, names, reason, path, detail, sentAt, messageId, index, heldAt }: QuarantinedEvent) {
  const at = instantText(sentAt)
  const { account, source, id, service } = names
  return {
    shelf: `quarantine#${at.slice(0, 10)}`,
    entry: `${at}#${messageId}#${index}`,
    kind,
    reason,
    path,
    detail,
    messageId,
    index,
    heldAt,
    account,
    source,
    id,
    service,
  }
}

/** Equal for equal events, however they were written. */
function fingerprintOf({ quantities, ...event }: UsageEvent): string {
  const { account, source, id, time, user, group, category, service, variant, reservation } = event
  const amounts = [...quantities].map(([meter, quantity]) => [meter, plain(quantity)])
  return sha256Hex(
    JSON.stringify([account, source, id, time, user, group, category, service, variant, reservation, amounts]),
  )
}
