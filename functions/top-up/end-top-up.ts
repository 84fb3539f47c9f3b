import type { TopUpEndedEntry } from '../../shared/account-log/entry.ts'
import { publishEvents } from '../../shared/store/event-bus.ts'
import { moveTopUp, readTopUp } from '../../shared/store/top-ups-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import type { EndReason, TopUp } from '../../shared/top-ups/top-up.ts'
import { topUpEvent } from '../../shared/top-ups/top-up-events.ts'
import { commitEntry } from './commit-entry.ts'
import type { Ports, Working } from './ports.ts'

/** How a top-up ends without a payment. */
export interface End {
  readonly status: 'skipped' | 'failed'
  readonly reason: EndReason
  /** When it is tried again. */
  readonly until: Instant | undefined
  /** How much it counts towards suspension. */
  readonly declines: number
  readonly declineCode: string | undefined
}

/**
 * Ends a top-up: in the log first, which goes on from there, then the notice, and only then in its record.
 *
 * Of two that end it the first one's word counts, in the log and so in the record.
 */
export async function endTopUp(ports: Ports, topUp: TopUp, end: End, working: Working): Promise<TopUp> {
  const { account, id } = topUp
  const now = working.now()
  const { until, isSuspended } = await endInLog(ports, topUp, end, working)
  const { status, reason, declineCode } = end
  const ended: TopUp = { ...topUp, status, reason, declineCode, nextTry: until, checkout: undefined, updatedAt: now }
  await publishEvents(ports.bus, [
    topUpEvent(status, ended, { at: now }),
    ...(isSuspended ? [topUpEvent('suspended', ended, { at: now })] : []),
  ])
  if (topUp.status === status) return topUp
  const changes = { status, reason, declineCode, nextTry: until, checkout: undefined, updatedAt: now }
  return (await moveTopUp(ports.topUps, topUp, changes)) ?? (await readTopUp(ports.topUps, account, id)) ?? topUp
}

/** What a person wanted has no place in the log before it is paid. */
async function endInLog(
  ports: Ports,
  { account, id, origin }: TopUp,
  { reason, until, declines }: End,
  working: Working,
): Promise<{ readonly until: Instant | undefined; readonly isSuspended: boolean }> {
  if (origin.kind !== 'automatic') return { until: undefined, isSuspended: false }
  const { of } = origin
  const at = working.now()
  const entry: TopUpEndedEntry = { kind: 'top-up-ended', key: id, actor: 'groschen', at, of, reason, until, declines }
  const { page, entry: written } = await commitEntry(ports, account, entry, working)
  const { topUp } = page.header
  const isSuspended = topUp.kind === 'suspended' && topUp.of === of
  return { until: isSuspended || written.kind !== 'top-up-ended' ? undefined : written.until, isSuspended }
}
