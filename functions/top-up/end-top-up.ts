import type { TopUpEndedEntry } from '../../shared/ledger/entries/top-up.ts'
import { DAY_MS, type Instant } from '../../shared/time/instant.ts'
import { moveTopUp, readTopUp } from '../../shared/top-ups/io/top-ups-table.ts'
import { type EndReason, statusOfEnd, type TopUp } from '../../shared/top-ups/top-up.ts'
import { notBought } from '../../shared/top-ups/top-up-events.ts'
import { commitEntry } from './commit-entry.ts'
import type { Ports, Working } from './ports.ts'
import { retryWithNewMethod } from './retry-with-method.ts'
import { tellPayer } from './tell-payer.ts'

/** How a top-up ends without a payment. */
export interface End {
  readonly reason: EndReason
  /** When it is tried again. */
  readonly until?: Instant
  /** How much it counts towards suspension. */
  readonly declines?: number
  readonly declineCode?: string | undefined
}

/** What the provider refuses for a reason of ours, or of the payer's record there, is tried again when somebody had time to mend it. */
export const providerRefused = (now: Instant): End => ({ reason: 'provider-refused', until: now + DAY_MS })

/** Nobody paid, though it was asked for. */
export const notCompleted = (now: Instant): End => ({ reason: 'not-completed', until: now + DAY_MS })

/**
 * Ends a top-up: in its record first, so that nobody pays it from then on, then in the log, which goes on from there.
 *
 * The log's page is what others are told by.
 */
export async function endTopUp(
  ports: Ports,
  topUp: TopUp,
  { reason, until, declines = 0, declineCode }: End,
  working: Working,
): Promise<TopUp> {
  const ended = await moveTopUp(ports.topUps, topUp, {
    status: statusOfEnd(reason),
    reason,
    declines,
    declineCode,
    nextTry: topUp.origin.kind === 'automatic' ? until : undefined,
    checkout: undefined,
    updatedAt: working.now(),
  })
  if (ended === undefined) return (await readTopUp(ports.topUps, topUp.account, topUp.id)) ?? topUp
  await sayEnd(ports, ended, working)
  return ended
}

/** It was ended, but the log may not say so yet, or nobody was told. */
export async function endAgain(ports: Ports, topUp: TopUp, working: Working): Promise<TopUp> {
  if (topUp.status === 'skipped' || topUp.status === 'failed') await sayEnd(ports, topUp, working)
  return topUp
}

/** Says what the record has: in the log, or, where that never heard of it, to whoever listens. */
async function sayEnd(ports: Ports, topUp: TopUp, working: Working): Promise<void> {
  const { account, id, origin, reason, nextTry, declines, declineCode, credits, updatedAt } = topUp
  if (reason === undefined) throw new Error(`top-up ${id} of ${account} ended without a reason`)
  if (origin.kind !== 'automatic') {
    if (origin.kind === 'manual' && origin.counted)
      await commitEntry(ports, account, { kind: 'top-up-not-paid', key: id, actor: 'groschen', at: updatedAt }, working)
    return await tellPayer(ports, topUp, notBought(topUp, statusOfEnd(reason)), working)
  }
  const entry: TopUpEndedEntry = {
    kind: 'top-up-ended',
    key: id,
    actor: 'groschen',
    at: updatedAt,
    of: origin.of,
    reason,
    until: nextTry,
    declines,
    declineCode,
    wanted: credits,
  }
  await commitEntry(ports, account, entry, working)
  await retryWithNewMethod(ports, topUp, working)
}
