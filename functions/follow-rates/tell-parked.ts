import type { Tools } from '../../shared/aws/lambda.ts'
import { type DomainEvent, domainEvent } from '../../shared/events/domain-event.ts'
import { publishEvents } from '../../shared/events/io/event-bus.ts'
import { reportAside } from '../../shared/events/io/set-aside.ts'
import { parkedShelfOf, summarizeShelf } from '../../shared/held/io/parked-shelf.ts'
import { forgetTold, markTold, readTold } from '../../shared/held/io/told-shelves.ts'
import { DAY_MS, type Instant, instantText } from '../../shared/time/instant.ts'
import type { Ports } from './ports.ts'
import { shelves } from './shelves.ts'

/**
 * Tells which usage has no price: once when a shelf is no longer empty, then once a day while it stays so.
 *
 * Returns how many shelves have events on them.
 */
export async function tellParked(
  { held, bus }: Pick<Ports, 'held' | 'bus'>,
  now: Instant,
  hasTime: () => boolean,
  tools: Pick<Tools, 'logger' | 'metrics'>,
): Promise<number> {
  const told = await readTold(held)
  let filled = 0
  for await (const shelf of shelves(held, undefined)) {
    if (!hasTime()) break
    const summary = await summarizeShelf(held, shelf)
    const before = told.get(shelf)
    if (summary === undefined) {
      if (before !== undefined) await forgetTold(held, shelf)
      continue
    }
    filled += 1
    if (before !== undefined && now - before < DAY_MS) continue
    const { service, meter } = parkedShelfOf(shelf)
    reportAside(await publishEvents(bus, [parkedEvent(shelf, now, { service, meter, ...summary })]), tools)
    await markTold(held, shelf, now)
  }
  return filled
}

const parkedEvent = (shelf: string, at: Instant, data: object): DomainEvent =>
  domainEvent('groschen.usage.parked', { id: `${shelf}#${instantText(at)}`, subject: shelf, at, data })
