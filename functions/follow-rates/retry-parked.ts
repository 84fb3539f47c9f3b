import { chargeUsage } from '../../shared/store/charge-usage.ts'
import type { HeldEventRecord } from '../../shared/store/held-listing.ts'
import { shelve } from '../../shared/store/held-table.ts'
import { type RefusedUsage, refusedUsage } from '../../shared/store/refused-usage.ts'
import { unshelve } from '../../shared/store/unshelve.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { type InvalidReason, readMessage } from '../../shared/usage/read-message.ts'
import type { UsageEvent } from '../../shared/usage/usage-event.ts'
import type { Ports } from './ports.ts'

/** What became of parked events. */
export interface Retried {
  readonly charged: number
  readonly quarantined: number
  /** Without a price still. */
  readonly unpriced: number
  /** Not possible at this moment. */
  readonly failed: number
}

/**
 * Tries to charge parked events; what is charged, or can never be, leaves its shelf, in this order: an event is on a shelf
 * until it is known to stand elsewhere.
 */
export async function retryParked(
  ports: Ports,
  parked: readonly HeldEventRecord[],
  began: Instant,
  remainingMs: () => number,
): Promise<Retried> {
  const read = parked.map((held) => ({ held, read: readMessage(held.original, began)[0] }))
  const chargeable = read.flatMap(({ held, read: one }) => (one?.kind === 'event' ? [{ held, event: one.event }] : []))
  const events = chargeable.map(({ event }) => event)
  const outcomes = await chargeUsage(ports, events, began, remainingMs)
  let [charged, quarantined, unpriced, failed] = [0, 0, 0, 0]

  for (const [place, { held, event }] of chargeable.entries()) {
    const outcome = outcomes[place]
    const refused = outcome && refusedUsage(event, outcome)
    if (refused !== undefined) {
      await quarantine(ports, held, refused, event)
      quarantined += 1
    } else if (outcome?.kind === 'committed' || outcome?.kind === 'replayed') {
      await unshelve(ports.held, held)
      charged += 1
    } else if (outcome?.kind === 'refused') unpriced += 1
    else failed += 1
  }
  for (const { held, read: one } of read) {
    // It was valid when it was parked, by an earlier version of this code.
    if (one?.kind === 'invalid') {
      await quarantine(ports, held, one, undefined)
      quarantined += 1
    }
    if (one?.kind === 'ahead') failed += 1
  }
  return { charged, quarantined, unpriced, failed }
}

async function quarantine(
  { held: table }: Ports,
  held: HeldEventRecord,
  { reason, path, detail }: Omit<RefusedUsage, 'reason'> & { readonly reason: InvalidReason | RefusedUsage['reason'] },
  event: UsageEvent | undefined,
): Promise<void> {
  const { messageId, index, original, heldAt } = held
  await shelve(table, {
    kind: 'quarantined',
    ...{ messageId, index, original, heldAt, reason, path, detail },
    // Under the time when it was parked: the same however often this is tried.
    sentAt: heldAt,
    event,
  })
  await unshelve(table, held)
}
