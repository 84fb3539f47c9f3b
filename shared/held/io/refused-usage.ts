import type { Outcome } from '../../ledger/io/commit/proposal.ts'
import type { Unchargeable } from '../../pricing/io/charge-usage.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'

/** Why a readable event is never charged, beside what reading it finds wrong. Stable: people search for it. */
export type RefusedReason = 'event.conflict' | 'event.cost' | 'account.unknown'

/** What is wrong with an event that can never be charged, for the one who sent it. */
export interface RefusedUsage {
  readonly reason: RefusedReason
  /** JSON pointer into the event. */
  readonly path: string
  readonly detail: string
}

/** Why the log's answer means that the event is never charged; `undefined`: it is charged, or may still be. */
export function refusedUsage(
  { account }: Pick<UsageEvent, 'account'>,
  outcome: Outcome<Unchargeable>,
): RefusedUsage | undefined {
  switch (outcome.kind) {
    case 'conflict':
      return { reason: 'event.conflict', path: '/id', detail: conflictText(outcome.differs) }
    case 'no-account':
      return {
        reason: 'account.unknown',
        path: '/subject',
        detail: `no account ${account} is open; open it, and redrive the event`,
      }
    case 'refused':
      if (outcome.refusal.kind !== 'out-of-range') return undefined
      return {
        reason: 'event.cost',
        path: '/data/quantities',
        detail: 'costs more than ten million euros, the most one event may',
      }
    case 'committed':
    case 'replayed':
    case 'not-committed':
      return undefined
  }
}

const conflictText = (differs: readonly string[]): string =>
  differs.includes('account')
    ? 'this source and id were sent for another account before; an id belongs to one account'
    : `an event with this source and id is charged already, and this one differs in ${differs.join(', ')}; usage of its own needs an id of its own`
