import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../shared/aws/lambda.ts'
import { reportAside } from '../../shared/aws/report-aside.ts'
import { SECOND_MS } from '../../shared/time/instant.ts'
import { AccountsNotProjected } from './errors.ts'
import type { Hints } from './hints.ts'
import type { Projection } from './project-accounts.ts'

type Reporting = Pick<Tools, 'logger' | 'metrics' | 'now'>

/** A page that was changed or removed breaks its chain, whether or not it is read again. */
export function reportAltered({ altered }: Hints, { logger, metrics }: Reporting): void {
  for (const page of altered) {
    metrics.addMetric('BrokenChains', MetricUnit.Count, 1)
    logger.error(
      'a page of the log was not inserted but changed; nobody but an intruder or an operator can do that',
      page,
    )
  }
}

/**
 * Counts and logs what became of the accounts.
 *
 * @throws AccountsNotProjected when some are worth another try; stopped ones are not: only a person can help there
 */
export function reportProjections(projections: readonly Projection[], { logger, metrics }: Reporting): void {
  for (const projection of projections) {
    if (projection.kind === 'followed') continue
    const { account, error } = projection
    if (projection.kind === 'stopped') {
      metrics.addMetric('BrokenChains', MetricUnit.Count, 1)
      logger.error('an account was stopped', { account, error: error as Error })
    } else {
      logger.error('an account was not followed', { account, error: error as Error })
    }
  }
  const followed = projections.filter((projection) => projection.kind === 'followed')
  const sum = (of: (one: (typeof followed)[number]) => number) => followed.reduce((total, one) => total + of(one), 0)
  metrics.addMetric(
    'PagesFolded',
    MetricUnit.Count,
    sum(({ folded }) => folded),
  )
  metrics.addMetric(
    'NoticesPublished',
    MetricUnit.Count,
    sum(({ notices }) => notices),
  )

  const aside = followed.flatMap(({ setAside }) => setAside)
  reportAside(aside, { logger, metrics })

  for (const { account, unsealed } of followed) {
    if (unsealed === undefined) continue
    metrics.addMetric('AccountsUnsealed', MetricUnit.Count, 1)
    logger.warn('late events are looked for in the log: there is no index', { account, error: unsealed as Error })
  }
  const behind = followed.filter(({ unfinished }) => unfinished).map(({ account }) => account)
  if (behind.length > 0) logger.warn('out of time before the head; the next call goes on', { accounts: behind })
  const failed = projections.filter(({ kind }) => kind === 'failed').map(({ account }) => account)
  if (failed.length > 0) throw new AccountsNotProjected(failed)
}

/** How long ago the newest page was written that a hint led to. A sweep also meets pages that wait for their snapshot. */
export function reportLag(projections: readonly Projection[], { metrics, now }: Reporting): void {
  const times = projections.flatMap((one) => (one.kind === 'followed' && one.newest !== undefined ? [one.newest] : []))
  if (times.length === 0) return
  const lagMs = Math.max(0, now() - Math.min(...times))
  metrics.addMetric('LogLagSeconds', MetricUnit.Seconds, lagMs / SECOND_MS)
}
