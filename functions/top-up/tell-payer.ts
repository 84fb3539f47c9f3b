import { publishEvents } from '../../shared/events/io/event-bus.ts'
import type { TopUp } from '../../shared/top-ups/top-up.ts'
import type { TopUpEvent } from '../../shared/top-ups/top-up-events.ts'
import type { Ports, Working } from './ports.ts'

/**
 * Tells something of a top-up that the log does not say. What the bus will never take is reported, and holds the top-up up no longer.
 *
 * @throws EventsNotPublished while the bus takes nothing
 */
export async function tellPayer(
  { bus }: Pick<Ports, 'bus'>,
  { account, id, payment = '' }: TopUp,
  event: TopUpEvent,
  working: Working,
): Promise<void> {
  for (const { reason } of await publishEvents(bus, [event]))
    working.report({ account, topUp: id, payment, detail: `nobody was told of ${event.id}: ${reason}` })
}
