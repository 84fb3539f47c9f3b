import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type { Instant } from '../time/instant.ts'

/** What a handler gets beside its event. Powertools reads service name and metrics namespace from the environment. */
export interface Tools {
  readonly logger: Logger
  readonly metrics: Metrics
  /** Milliseconds until AWS stops the function. */
  readonly remainingMs: () => number
  readonly now: () => Instant
}

/** Powertools warns of every invocation without a metric, which is normal here. */
const QUIET = { ...console, warn: () => undefined }

/**
 * The one stack of every function: structured logs with the request's id, metrics flushed as EMF at the end.
 *
 * Events are never logged: they hold what customers sent.
 */
export function lambda<E, R>(handle: (event: E, tools: Tools) => Promise<R>) {
  const logger = new Logger()
  const metrics = new Metrics({ logger: QUIET })
  return middy<E, R>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics, { throwOnEmptyMetrics: false }))
    .handler((event: E, context: Context) =>
      handle(event, { logger, metrics, remainingMs: () => context.getRemainingTimeInMillis(), now: Date.now }),
    )
}
