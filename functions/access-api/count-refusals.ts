import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { VerdictShape } from '../../shared/api/limits/access-checks.ts'
import type { Tools } from '../../shared/aws/lambda.ts'

/** Counted where there is something to count: a line of metrics for each yes would cost more than the check. */
export function countRefusals(verdicts: readonly VerdictShape[], { metrics }: Pick<Tools, 'metrics'>): void {
  const refused = verdicts.filter(({ allowed }) => !allowed)
  const unknown = verdicts.filter(({ reason, letPass }) => letPass !== undefined || UNKNOWN.has(reason))
  if (refused.length > 0) metrics.addMetric('AccessRefused', MetricUnit.Count, refused.length)
  if (unknown.length > 0) metrics.addMetric('AccessUnknown', MetricUnit.Count, unknown.length)
}

const UNKNOWN: ReadonlySet<string> = new Set(['unknown-account', 'unknown-user', 'unknown-category', 'unpriced-model'])
