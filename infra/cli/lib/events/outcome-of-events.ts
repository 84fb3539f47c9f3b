import type { AheadAnswer, ParkedAnswer, QuarantinedAnswer } from '../api/api-answers.ts'
import type { ApiClient } from '../api/api-client.ts'
import { type Delivery, identityText } from './outgoing-event.ts'

/** What became of one delivery, by the log and the held events themselves, never by a counter. */
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
  readonly held: HeldEvents
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

/** Everything that waits instead of being charged. */
interface HeldEvents {
  readonly parked: readonly ParkedAnswer[]
  readonly ahead: readonly AheadAnswer[]
  readonly quarantined: readonly QuarantinedAnswer[]
}

export const noHeldEvents: HeldEvents = { parked: [], ahead: [], quarantined: [] }

/** Reads every list of held events, whole. */
export const readHeldEvents = async (api: ApiClient): Promise<HeldEvents> => ({
  parked: await listed(api, 'parked'),
  ahead: await listed(api, 'ahead'),
  quarantined: await listed(api, 'quarantine', 'quarantined'),
})

const EVENTS_A_REQUEST = 100

async function listed<T>(api: ApiClient, path: string, name = path): Promise<readonly T[]> {
  const found: T[] = []
  for (let cursor = ''; ; ) {
    const answer: Readonly<Record<string, unknown>> = await api.get(`/v1/${path}?limit=${EVENTS_A_REQUEST}${cursor}`)
    found.push(...(answer[name] as readonly T[]))
    if (answer['next'] === undefined) return found
    cursor = `&after=${encodeURIComponent(String(answer['next']))}`
  }
}
