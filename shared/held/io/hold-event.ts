import { usageIdentity } from '../../ledger/entries/charge.ts'
import { identityKey } from '../../ledger/entries/identity.ts'
import type { Instant } from '../../time/instant.ts'
import type { Fate } from '../fate.ts'
import { type HeldEvent, isSamePlace, type Place, placeOf } from '../held-event.ts'
import type { HeldEventRecord } from '../held-record.ts'
import type { HeldTable, Shelved } from './held-table.ts'

/** The origin of a held event. */
export interface Origin {
  readonly messageId: string
  /** Place in the message, from 0. */
  readonly index: number
  /** The publisher's text, unchanged. */
  readonly original: string
  readonly heldAt: Instant
  /** When its message was sent: the same at every receive. */
  readonly sentAt: Instant
}

export interface Held {
  /** As it turned out: where another event lies already it is another one. */
  readonly fate: Fate
  /** Its place; `undefined`: it need not be held. */
  readonly place: Place | undefined
}

/**
 * Puts an event on the shelf that its fate asks for, whole and once.
 *
 * @param from its present record; where its place stays the same, only the stored facts change
 */
export async function holdEvent(table: HeldTable, fate: Fate, origin: Origin, from?: HeldEventRecord): Promise<Held> {
  switch (fate.kind) {
    case 'parked':
    case 'ahead': {
      const held = { ...origin, ...fate, identity: identityKey(usageIdentity(fate.event)) }
      const shelved = await put(table, held, from)
      return shelved === 'shelved'
        ? { fate, place: placeOf(held) }
        : await holdEvent(table, anotherIsHeld(fate), origin, from)
    }
    case 'quarantined': {
      const held = { ...origin, ...fate }
      await put(table, held, from)
      return { fate, place: placeOf(held) }
    }
    case 'charged':
    case 'replayed':
    case 'given-back':
      return { fate, place: undefined }
  }
}

async function put(table: HeldTable, held: HeldEvent, from: HeldEventRecord | undefined): Promise<Shelved> {
  if (from === undefined || !isSamePlace(from, placeOf(held))) return await table.shelve(held)
  await table.reshelve(held, from)
  return 'shelved'
}

const anotherIsHeld = ({ kind, event }: Extract<Fate, { readonly kind: 'parked' | 'ahead' }>): Fate => ({
  kind: 'quarantined',
  reason: 'event.conflict',
  path: '/id',
  detail: `another event with this source, id and time is ${kind === 'parked' ? 'parked' : 'waiting'}; it differs in what was used`,
  names: event,
})
