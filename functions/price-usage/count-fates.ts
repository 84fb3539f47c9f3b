import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../shared/aws/lambda.ts'
import { GroschenError } from '../../shared/errors/groschen-error.ts'
import type { Fate } from '../../shared/held/io/judge-usage.ts'
import type { Fated } from './hold-events.ts'

const METRICS = {
  charged: 'EventsCharged',
  replayed: 'EventsReplayed',
  parked: 'EventsParked',
  ahead: 'EventsAhead',
  quarantined: 'EventsQuarantined',
  'given-back': 'EventsGivenBack',
} as const satisfies Record<Fate['kind'], string>

/** Counts what became of a batch, and says once for each cause why events went back. */
export function countFates(fated: readonly Fated[], { metrics, logger }: Pick<Tools, 'metrics' | 'logger'>): void {
  const counts = new Map<string, number>(Object.values(METRICS).map((name) => [name, 0]))
  const causes = new Map<unknown, number>()
  for (const { fate } of fated) {
    counts.set(METRICS[fate.kind], (counts.get(METRICS[fate.kind]) ?? 0) + 1)
    if (fate.kind === 'given-back') causes.set(fate.cause, (causes.get(fate.cause) ?? 0) + 1)
  }
  for (const [name, count] of counts) metrics.addMetric(name, MetricUnit.Count, count)

  for (const [cause, events] of causes) {
    const isBug = cause instanceof GroschenError && cause.fault === 'bug'
    if (isBug) metrics.addMetric('BrokenChains', MetricUnit.Count, 1)
    logger[isBug ? 'error' : 'warn'](`${events} events go back to the queue`, { cause: describe(cause) })
  }
}

const describe = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
