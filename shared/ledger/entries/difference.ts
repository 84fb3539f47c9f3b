import type { Exact } from '../../money/exact.ts'
import type { Quantities } from '../../usage/quantities.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { type Entry, isCreditEntry, type ReratingEntry } from './entry.ts'

/**
 * The fields in which an event differs from the entry with its identity; none: it is a replay.
 *
 * Compared one by one: a payload hash would cost half an entry's bytes (performance, "Encoding a page").
 */
export function usageDifference(event: Omit<UsageEvent, 'account'>, entry: Entry): readonly string[] {
  if (entry.kind !== 'charge') return ['kind']
  const fields = ['time', 'user', 'group', 'category', 'service', 'variant', 'reservation'] as const
  const differing: string[] = fields.filter((field) => event[field] !== entry[field])
  return sameQuantities(event.quantities, entry.quantities) ? differing : [...differing, 'quantities']
}

function sameQuantities(a: Quantities, b: Quantities): boolean {
  if (a.size !== b.size) return false
  return [...a].every(([meter, quantity]) => (b.get(meter) as Exact | undefined)?.eq(quantity) ?? false)
}

/**
 * The same for a request of an admin: actor and time may differ when it is sent again, what it asks for may not.
 *
 * The key of a refund or a reversal is part of what it asks for: a second request for the same original is no replay.
 */
export function requestDifference(request: Entry, entry: Entry): readonly string[] {
  if (request.kind !== entry.kind) return ['kind']
  if (!isCreditEntry(request) || !isCreditEntry(entry)) return []
  if (request.kind === 'rerating' && entry.kind === 'rerating') return reratingDifference(request, entry)
  return [
    ...(request.credits.eq(entry.credits) ? [] : ['amount']),
    ...(request.reason === entry.reason ? [] : ['reason']),
    ...(request.reference === entry.reference ? [] : ['reference']),
    ...(request.key === entry.key ? [] : ['Idempotency-Key']),
  ]
}

/** Whoever wanted it, and why: two that make a charge cost the same are one. */
const reratingDifference = (request: ReratingEntry, entry: ReratingEntry): readonly string[] => [
  ...(request.rateCard === entry.rateCard ? [] : ['rateCard']),
  ...(request.credits.eq(entry.credits) ? [] : ['amount']),
]
