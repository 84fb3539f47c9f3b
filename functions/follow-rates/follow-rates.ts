import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../shared/aws/lambda.ts'
import { type DomainEvent, domainEvent } from '../../shared/events/domain-event.ts'
import { type EventBus, publishEvents } from '../../shared/events/io/event-bus.ts'
import { reportAside } from '../../shared/events/io/set-aside.ts'
import { parkedShelfOf } from '../../shared/held/held-event.ts'
import { forgetTold, markTold, readFollowed, readTold, writeFollowed } from '../../shared/held/io/followed-rates.ts'
import type { RedrivePorts } from '../../shared/held/io/redrive-held.ts'
import { ratesChangedEvents } from '../../shared/pricing/cards/price-changes.ts'
import { DAY_MS, type Instant, instantText } from '../../shared/time/instant.ts'
import { addUp, redriveDue, walkParkedShelves } from './redrive-shelves.ts'

export interface FollowRatesPorts extends RedrivePorts {
  readonly bus: EventBus
}

/** For a read or a commit that turns out to be long, and for writing down the place. */
const RESERVE_MS = 10_000

/**
 * The schedule → charges of held events: early events whose time has come, and parked ones that
 * now have a price. Publishes events of new versions, and of usage that still has no price.
 */
export const followRates =
  (ports: FollowRatesPorts) =>
  async (_: unknown, { logger, metrics, now, remainingMs }: Tools): Promise<void> => {
    const began = now()
    const hasTime = (): boolean => remainingMs() >= RESERVE_MS
    const catalogue = await ports.rates.current()
    const followed = await readFollowed(ports.held)

    const events = ratesChangedEvents(catalogue, followed.announced)
    const untold = await publishEvents(ports.bus, events).then(
      (aside) => reportAside(aside, { logger, metrics }),
      (error: unknown) => error,
    )
    const announced = untold === undefined ? catalogue.latest : followed.announced

    const time = { remainingMs, hasTime }
    // Due events first: they were promised for this minute.
    const { aheadAfter, ...due } = await redriveDue(ports, began, followed.aheadAfter, time)
    const { redriven, redrivenAt, walk, ...parked } = await walkParkedShelves(ports, catalogue, followed, began, time)
    const next = { announced, redriven, redrivenAt, walk, aheadAfter }
    const isNews = Object.entries(next).some(([name, value]) => value !== followed[name as keyof typeof next])
    if (isNews) await writeFollowed(ports.held, followed, next)
    const { counts, errors } = addUp(due, parked)
    metrics.addMetric('EventsRedriven', MetricUnit.Count, counts.charged + counts.replayed)
    metrics.addMetric('EventsNotRedriven', MetricUnit.Count, counts['given-back'])
    if (counts.charged + counts.replayed + counts.quarantined > 0)
      logger.info('held events were judged again', { ...counts })

    const filled = await tellParked(ports, began, hasTime, { logger, metrics })
    metrics.addMetric('ShelvesParked', MetricUnit.Count, filled)
    const [failure] = [...errors, ...(untold === undefined ? [] : [untold])]
    if (failure !== undefined) throw failure
  }

/**
 * Publishes which usage has no price: once when a shelf is no longer empty, then once a day while it stays so.
 *
 * Returns how many shelves have events on them.
 */
async function tellParked(
  { held, bus }: Pick<FollowRatesPorts, 'held' | 'bus'>,
  now: Instant,
  hasTime: () => boolean,
  tools: Pick<Tools, 'logger' | 'metrics'>,
): Promise<number> {
  const told = await readTold(held)
  let filled = 0
  for await (const shelf of held.parkedShelves(undefined)) {
    if (!hasTime()) break
    const summary = await held.summarize(shelf)
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
