import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Tools } from '../../aws/lambda.ts'
import type { AccessDecision, Reason } from '../../limits/decide/decide-access.ts'
import { remedyOf } from '../../limits/decide/remedies.ts'
import { amountText } from '../../money/amounts.ts'
import { dayStart } from '../../time/day-of.ts'
import { type Instant, instantText, SECOND_MS } from '../../time/instant.ts'
import { limitSourceShape, type VerdictShape } from './access-check.ts'

/** Counted where there is something to count: a line of metrics for each yes would cost more than the check. */
export function countRefusals(verdicts: readonly VerdictShape[], { metrics }: Pick<Tools, 'metrics'>): void {
  const refused = verdicts.filter(({ allowed }) => !allowed)
  const unknown = verdicts.filter(({ reason, letPass }) => letPass !== undefined || UNKNOWN.has(reason))
  if (refused.length > 0) metrics.addMetric('AccessRefused', MetricUnit.Count, refused.length)
  if (unknown.length > 0) metrics.addMetric('AccessUnknown', MetricUnit.Count, unknown.length)
}

const UNKNOWN: ReadonlySet<string> = new Set(['unknown-account', 'unknown-user', 'unknown-category', 'unpriced-model'])

/** @param zone the account's time zone; `undefined`: there is no log to know it from */
export function verdictShape(
  decision: AccessDecision,
  about: {
    readonly account: string
    readonly user: string
    readonly category: string
    readonly modelMeant: string
    readonly zone: string | undefined
    readonly now: Instant
  },
): VerdictShape {
  const { account, user, category, modelMeant, zone, now } = about
  if (decision.kind !== 'decided') {
    const { reason, word } = decision
    return { category, allowed: false, reason, remedy: remedyOf(reason, { account, user, modelMeant, word }) }
  }
  const { refusal, by, remaining, unknown, asked, roomOn } = decision
  const startOf = (day: string | undefined): Instant | undefined =>
    day !== undefined && zone !== undefined ? dayStart(day, zone) : undefined
  const resetsAt = startOf(by?.window.to)
  return {
    category,
    allowed: refusal === undefined,
    reason: refusal ?? 'ok',
    letPass: unknown.length > 0 ? [...unknown] : undefined,
    limitSource: limitSourceShape(by),
    limit: by && amountText(by.limit),
    spent: by && amountText(by.spent),
    remaining: amountText(remaining),
    resetsAt: resetsAt === undefined ? undefined : instantText(resetsAt),
    retryAfter: refusal && retryAfterOf(refusal, startOf(roomOn), now),
    upgradeRequest: asked,
    remedy: refusal && remedyOf(refusal, { account, user }, decision),
  }
}

/** A top-up takes a second or two; so does a usage event that ends a reservation. */
export const SOON_SECONDS = 5

function retryAfterOf(reason: Reason, roomAt: Instant | undefined, now: Instant): number | undefined {
  if (reason === 'in-flight' || reason === 'top-up-on-the-way') return SOON_SECONDS
  if (reason !== 'limit-reached' || roomAt === undefined) return undefined
  return Math.max(1, Math.ceil((roomAt - now) / SECOND_MS))
}
