import type { MissingPrice } from '../pricing/charge/missing-price.ts'
import type { Instant } from '../time/instant.ts'
import type { EventNames, InvalidReason } from '../usage/read-event.ts'
import type { UsageEvent } from '../usage/usage-event.ts'

/** Why a readable event is never charged, beside faults of reading. Stable: people search for it. */
export type RefusedReason = 'event.conflict' | 'event.cost' | 'account.unknown'

/** The fate of one event, from the queue or from a shelf. */
export type Fate =
  | { readonly kind: 'charged' }
  | { readonly kind: 'replayed' }
  | { readonly kind: 'parked'; readonly event: UsageEvent; readonly missing: readonly MissingPrice[] }
  /** From a clock that is ahead: it is judged again from `until` on. */
  | { readonly kind: 'ahead'; readonly event: UsageEvent; readonly until: Instant }
  | {
      readonly kind: 'quarantined'
      readonly reason: InvalidReason | RefusedReason
      /** JSON pointer into the event. */
      readonly path: string
      readonly detail: string
      readonly names: EventNames
    }
  /** Not possible at this moment; it stays where it is. */
  | { readonly kind: 'given-back'; readonly cause: unknown }

/** How many events each fate has met. */
export type FateCounts = Readonly<Record<Fate['kind'], number>>

export const noFates = {
  charged: 0,
  replayed: 0,
  parked: 0,
  ahead: 0,
  quarantined: 0,
  'given-back': 0,
} as const satisfies FateCounts

/** Counts fates by kind. */
export function countFates(fates: Iterable<Fate>): FateCounts {
  const counts: Record<Fate['kind'], number> = { ...noFates }
  for (const { kind } of fates) counts[kind] += 1
  return counts
}

/** Adds two counts, kind by kind. */
export function addCounts(one: FateCounts, other: FateCounts): FateCounts {
  const sums = Object.entries(one).map(([kind, count]) => [kind, count + other[kind as Fate['kind']]])
  return Object.fromEntries(sums) as FateCounts
}
