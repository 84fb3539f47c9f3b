import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from './lambda.ts'

/** Tells an operator of events that the bus will never take: who they are and why, never what they hold. */
export function reportAside(
  aside: readonly { readonly event: { readonly id: string; readonly type: string }; readonly reason: string }[],
  { logger, metrics }: Pick<Tools, 'logger' | 'metrics'>,
): void {
  if (aside.length > 0) metrics.addMetric('NoticesSetAside', MetricUnit.Count, aside.length)
  for (const { event, reason } of aside)
    logger.error('the event bus will never take an event; it was set aside', { id: event.id, type: event.type, reason })
}
