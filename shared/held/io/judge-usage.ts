import type { Outcome } from '../../ledger/io/commit/proposal.ts'
import { type ChargePorts, chargeUsage, type Unchargeable } from '../../pricing/io/charge-usage.ts'
import type { Instant } from '../../time/instant.ts'
import type { Read } from '../../usage/read-event.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import type { Fate, RefusedReason } from '../fate.ts'

/**
 * Judges events that were read, and charges those that can be charged.
 *
 * @param since rate cards that were fetched before it are fetched again before an event counts as unpriced
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

function fateByOutcome(event: UsageEvent, outcome: Outcome<Unchargeable> | undefined): Fate {
  if (outcome === undefined) return { kind: 'given-back', cause: new Error('no outcome') }
  const quarantined = (reason: RefusedReason, path: string, detail: string): Fate => ({
    kind: 'quarantined',
    reason,
    path,
    detail,
    names: event,
  })
  switch (outcome.kind) {
    case 'committed':
      return { kind: 'charged' }
    case 'replayed':
      return { kind: 'replayed' }
    case 'not-committed':
      return { kind: 'given-back', cause: outcome.cause }
    case 'conflict':
      return quarantined('event.conflict', '/id', conflictText(outcome.differs))
    case 'no-account':
      return quarantined(
        'account.unknown',
        '/subject',
        `no account ${event.account} is open; open it, and redrive the event`,
      )
    case 'refused':
      return fateOfRefused(event, outcome.refusal, quarantined)
  }
}

function fateOfRefused(
  event: UsageEvent,
  refusal: Unchargeable,
  quarantined: (reason: RefusedReason, path: string, detail: string) => Fate,
): Fate {
  switch (refusal.kind) {
    case 'not-yet':
      return { kind: 'given-back', cause: refusal.cause }
    case 'unpriced':
      return { kind: 'parked', event, missing: refusal.missing }
    case 'out-of-range':
      return quarantined('event.cost', '/data/quantities', 'costs more than ten million euros, the most one event may')
  }
}

const conflictText = (differs: readonly string[]): string =>
  differs.includes('account')
    ? 'this source and id were sent for another account before; an id belongs to one account'
    : `an event with this source and id is charged already, and this one differs in ${differs.join(', ')}; usage of its own needs an id of its own`
