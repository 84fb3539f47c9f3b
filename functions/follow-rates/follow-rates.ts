import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { ratesChangedEvents } from '../../shared/rates/rates-changed.ts'
import type { Tools } from '../../shared/runtime/lambda.ts'
import { publishEvents } from '../../shared/store/event-bus.ts'
import { readFollowed, writeFollowed } from '../../shared/store/followed-rates.ts'
import type { Ports } from './ports.ts'
import { redriveParked } from './redrive-parked.ts'
import { tellParked } from './tell-parked.ts'

/** For a read or a commit that turns out to be long, and for writing down the place. */
const RESERVE_MS = 10_000

/**
 * The schedule → what new rate cards mean for others: they are told, what was parked is charged, and what is still without
 * a price is told.
 */
export const followRates =
  (ports: Ports) =>
  async (_: unknown, { logger, metrics, now, remainingMs }: Tools): Promise<void> => {
    const began = now()
    const hasTime = (): boolean => remainingMs() >= RESERVE_MS
    const catalogue = await ports.rates.current()
    const followed = await readFollowed(ports.held)

    const events = ratesChangedEvents(catalogue, followed.announced)
    const untold = await publishEvents(ports.bus, events).catch((error: unknown) => error)
    const announced = untold === undefined ? catalogue.latest : followed.announced

    const { redriven, redrivenAt, walk, errors, ...counts } = await redriveParked(ports, catalogue, followed, began, {
      remainingMs,
      hasTime,
    })
    const isNews = announced !== followed.announced || redrivenAt !== followed.redrivenAt || walk !== followed.walk
    if (isNews || redriven !== followed.redriven)
      await writeFollowed(ports.held, followed, { announced, redriven, redrivenAt, walk })
    metrics.addMetric('EventsRedriven', MetricUnit.Count, counts.charged)
    metrics.addMetric('EventsNotRedriven', MetricUnit.Count, counts.failed)
    if (counts.charged + counts.quarantined > 0) logger.info('parked events were tried again', { ...counts })

    const filled = await tellParked(ports, began, hasTime)
    metrics.addMetric('ShelvesParked', MetricUnit.Count, filled)
    const [failure] = [...errors, ...(untold === undefined ? [] : [untold])]
    if (failure !== undefined) throw failure
  }
