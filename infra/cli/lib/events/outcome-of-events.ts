import type { HeldLists } from '../api/held-lists.ts'
import { type Delivery, identityText } from './outgoing-event.ts'

/** What became of one delivery, by the log and the held events themselves: nobody's counter is asked. */
export type Became =
  | { readonly kind: 'charged'; readonly credits: string }
  /** Its charge was made by another copy of this very delivery, or stood in the log before anything was sent. */
  | { readonly kind: 'replayed'; readonly of: 'copy' | 'earlier'; readonly credits: string }
  | { readonly kind: 'parked'; readonly reason: string; readonly detail: string }
  /** It is charged by itself from `until` on. */
  | { readonly kind: 'ahead'; readonly until: string }
  | { readonly kind: 'quarantined'; readonly reason: string; readonly path: string; readonly detail: string }
  /** Neither charged nor held yet. */
  | { readonly kind: 'unsettled' }

/** Credits of every charge in the accounts' logs, by identity. */
type Charges = ReadonlyMap<string, string>

export interface Evidence {
  /** Identities that stood in the log before anything was sent. */
  readonly before: ReadonlySet<string>
  readonly charges: Charges
  readonly held: HeldLists
}

/**
 * What became of each delivery, in their order.
 *
 * Quarantined comes first: a copy that differs from its charge is a conflict, although that charge stands in the log.
 */
export function outcomesOf(deliveries: readonly Delivery[], { before, charges, held }: Evidence): readonly Became[] {
  const quarantined = new Map(held.quarantined.map((one) => [placeOf(one), one]))
  const parked = new Map(held.parked.map((one) => [identityText(one), one]))
  const ahead = new Map(held.ahead.map((one) => [identityText(one), one]))
  const met = new Set<string>()

  return deliveries.map((delivery): Became => {
    const refusal = quarantined.get(placeOf(delivery)) ?? quarantined.get(delivery.messageId)
    if (refusal !== undefined) {
      const { reason, path, detail } = refusal
      return { kind: 'quarantined', reason, path, detail }
    }
    const identity = identityText(delivery)
    const credits = charges.get(identity)
    if (credits !== undefined) {
      if (met.has(identity)) return { kind: 'replayed', of: 'copy', credits }
      met.add(identity)
      return before.has(identity) ? { kind: 'replayed', of: 'earlier', credits } : { kind: 'charged', credits }
    }
    const early = ahead.get(identity)
    if (early !== undefined) return { kind: 'ahead', until: early.until }
    const waiting = parked.get(identity)
    if (waiting === undefined) return { kind: 'unsettled' }
    return { kind: 'parked', reason: waiting.reason, detail: waiting.detail }
  })
}

interface Place {
  readonly messageId: string
  readonly index: number
  readonly reason?: string
}

/** A message that can't be read is held whole: that concerns every event in it. */
const placeOf = ({ messageId, index, reason = '' }: Place): string =>
  reason.startsWith('message.') ? messageId : `${messageId}#${index}`
