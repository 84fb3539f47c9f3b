import type { PaymentReversalEntry } from '../ledger/entries/top-up.ts'
import type { Page, PageHeader } from '../ledger/page/page.ts'
import { DECLINES_BEFORE_SUSPENSION, stopAfter } from '../ledger/tally/next-top-up.ts'
import type { StopReason, SuspendReason } from '../ledger/tally/top-up-state.ts'

/** A refund or dispute that stopped automatic top-up. */
export interface TopUpStop {
  readonly entry: PaymentReversalEntry
  readonly reason: StopReason
}

/**
 * The refunds and disputes of a page that stop automatic top-up, in any state: each that changes the reason of the stop.
 *
 * @param stopped why it was stopped before the page; `undefined`: it was not
 */
export function stopsIn(stopped: StopReason | undefined, { entries }: Pick<Page, 'entries'>): readonly TopUpStop[] {
  const stops: TopUpStop[] = []
  let reason = stopped
  for (const entry of entries) {
    if (entry.kind === 'top-up-retry' && entry.cause === 'admin') reason = undefined
    if (entry.kind !== 'payment-reversal') continue
    const after = stopAfter(reason, entry)
    if (after !== undefined && after !== reason) stops.push({ entry, reason: after })
    reason = after
  }
  return stops
}

/**
 * Why automatic top-up buys nothing until a person says so, or would not once it is on; `undefined`: nothing stops it.
 *
 * The state alone does not say it: while it is off, or a purchase is on its way, it shows that.
 */
export function stopOf({ topUp, tally }: Pick<PageHeader, 'topUp' | 'tally'>): SuspendReason | undefined {
  if (tally?.stopped !== undefined) return tally.stopped
  if (topUp.kind === 'suspended') return topUp.reason
  return topUp.kind === 'off' && (tally?.declines ?? 0) >= DECLINES_BEFORE_SUSPENSION ? 'declined' : undefined
}
