import type { Outcome } from '../../ledger/io/commit/proposal.ts'
import type { MissingPrice } from '../../pricing/charge/missing-price.ts'
import { type ChargePorts, chargeUsage, type Unchargeable } from '../../pricing/io/charge-usage.ts'
import type { Instant } from '../../time/instant.ts'
import type { EventNames, InvalidReason, Read } from '../../usage/read-event.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { type RefusedReason, refusedUsage } from './refused-usage.ts'

/** What becomes of one event, whether it comes from the queue or from a shelf. */
export type Fate =
  | { readonly kind: 'charged' }
  | { readonly kind: 'replayed' }
  | { readonly kind: 'parked'; readonly event: UsageEvent; readonly missing: readonly MissingPrice[] }
  /** From a clock that is ahead: it is judged again from `until` on. */
  | { readonly kind: 'ahead'; readonly event: UsageEvent; readonly until: Instant }
  | {
      readonly kind: 'quarantined'
      readonly reason: InvalidReason | RefusedReason
      readonly path: string
      readonly detail: string
      readonly names: EventNames
    }
  /** Not possible at this moment; it stays where it is. */
  | { readonly kind: 'given-back'; readonly cause: unknown }

/**
 * Judges what was read, and charges what can be charged.
 *
 * @param since what is known of the rate cards from before is fetched again before anything counts as unpriced
 * @returns the fate of each, in their order
 */
export async function judgeUsage(
  ports: ChargePorts,
  reads: readonly Read[],
  since: Instant,
  remainingMs: () => number,
): Promise<readonly Fate[]> {
  const events = reads.flatMap((read) => (read.kind === 'event' ? [read.event] : []))
  const outcomes = (await chargeUsage(ports, events, since, remainingMs)).values()
  return reads.map((read): Fate => {
    if (read.kind === 'event') return fateByOutcome(read.event, outcomes.next().value)
    if (read.kind === 'ahead') return { kind: 'ahead', event: read.event, until: read.until }
    const { reason, path, detail, names } = read
    return { kind: 'quarantined', reason, path, detail, names }
  })
}

/** The fate of an event by what the log said. */
function fateByOutcome(event: UsageEvent, outcome: Outcome<Unchargeable> | undefined): Fate {
  if (outcome === undefined) return { kind: 'given-back', cause: new Error('no outcome') }
  const refused = refusedUsage(event, outcome)
  if (refused !== undefined) return { kind: 'quarantined', ...refused, names: event }
  switch (outcome.kind) {
    case 'committed':
      return { kind: 'charged' }
    case 'replayed':
      return { kind: 'replayed' }
    case 'not-committed':
      return { kind: 'given-back', cause: outcome.cause }
    case 'refused':
      if (outcome.refusal.kind === 'not-yet') return { kind: 'given-back', cause: outcome.refusal.cause }
      if (outcome.refusal.kind === 'unpriced') return { kind: 'parked', event, missing: outcome.refusal.missing }
  }
  throw new Error(`no fate for ${outcome.kind}`)
}
