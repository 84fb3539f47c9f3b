import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { z } from 'zod/mini'
import type { Reason } from '../../../shared/limits/judge-use.ts'
import { amountText } from '../../../shared/money/amounts.ts'
import type { Tools } from '../../../shared/runtime/lambda.ts'
import { dayStart } from '../../../shared/time/day-of.ts'
import { type Instant, instantText, SECOND_MS } from '../../../shared/time/instant.ts'
import { checkOwnAccount } from '../access.ts'
import { type AccessDecisions, checkAccess } from '../check-access.ts'
import { calculating, nothing, type Operation } from '../operation.ts'
import { remedyOf } from '../remedies.ts'
import { accessAnswerSchema, accessCheckSchema, limitSourceShape, type VerdictShape } from '../shapes/access-check.ts'
import { readGivenAmount } from '../shapes/given-amount.ts'

const example: z.infer<typeof accessAnswerSchema> = {
  category: 'text',
  allowed: false,
  reason: 'limit-reached',
  limitSource: { kind: 'tier', tier: 'low', of: 'user' },
  limit: { eur: '5.00', credits: '500' },
  spent: { eur: '5.026533', credits: '502.6533' },
  remaining: { eur: '0.00', credits: '0' },
  resetsAt: '2026-11-30T23:00:00.000Z',
  retryAfter: 432_000,
  remedy: 'wait until the window ends, or ask for more: POST /v1/accounts/acme/upgrade-requests',
  seq: 4711,
  ageMs: 3,
  bound: 'admitted-and-not-yet-reported',
}

const check = calculating({
  operationId: 'checkAccess',
  tag: 'Limits',
  summary: 'Ask whether somebody may spend',
  description:
    'The answer is 200 whether it is yes or no; who must answer with a status of their own may take 402 for a no. Consistent: decided at the newest page of the log. Where this can’t be reached, refuse by default, or allow for as long as the account’s agreement says: usage is charged in any case.',
  params: nothing,
  body: { schema: accessCheckSchema, example: { account: 'acme', user: 'u-17', category: 'text' } },
  answers: [{ status: 200, description: 'Yes or no, and why', schema: accessAnswerSchema, example }],
  problems: ['access.other-account'],
  handle: async ({ body }, { caller, services, tools }) => {
    const { account, user, group, model, category = '', categories = [category], estimate, maxAgeMs } = body
    checkOwnAccount(caller, account)
    const credits = estimate === undefined ? undefined : readGivenAmount(estimate)
    const decided = await checkAccess(
      services,
      { account, user, group, model, categories, estimate: credits, maxAgeMs },
      tools,
    )
    const verdicts = categories.map((name, place) => verdictShape(account, name, decided, place, tools.now()))
    countRefusals(verdicts, tools)
    const asOf = {
      seq: decided.fold?.fold.seq() ?? 0,
      ageMs: decided.fold === undefined ? 0 : Math.max(0, tools.now() - decided.fold.readAt),
      bound: 'admitted-and-not-yet-reported' as const,
    }
    const [only] = verdicts
    const body200 = body.categories === undefined ? { ...only, ...asOf } : { checks: verdicts, ...asOf }
    return { status: 200, body: body200 }
  },
})

/** Counted where there is something to count: a line of metrics for each yes would cost more than the check. */
function countRefusals(verdicts: readonly VerdictShape[], { metrics }: Pick<Tools, 'metrics'>): void {
  const refused = verdicts.filter(({ allowed }) => !allowed)
  const unknown = verdicts.filter(({ reason, letPass }) => letPass !== undefined || UNKNOWN.has(reason))
  if (refused.length > 0) metrics.addMetric('AccessRefused', MetricUnit.Count, refused.length)
  if (unknown.length > 0) metrics.addMetric('AccessUnknown', MetricUnit.Count, unknown.length)
}

const UNKNOWN: ReadonlySet<string> = new Set(['unknown-account', 'unknown-user', 'unknown-category', 'unpriced-model'])

function verdictShape(
  account: string,
  category: string,
  { fold, verdicts }: AccessDecisions,
  place: number,
  now: Instant,
): VerdictShape {
  const verdict = verdicts[place]
  if (verdict === undefined) throw new Error(`no verdict about ${category}`)
  if (verdict.kind !== 'decided') {
    const word = verdict.kind === 'refused-outright' ? verdict.word : undefined
    return { category, allowed: false, reason: verdict.reason, remedy: remedyOf(verdict.reason, account, word) }
  }
  const { refusal, by, remaining, unknown } = verdict
  const resetsAt = by && fold && dayStart(by.window.to, fold.fold.timeZone)
  const retryAfter = refusal && retryAfterOf(refusal, resetsAt, now)
  return {
    category,
    allowed: refusal === undefined,
    reason: refusal ?? 'ok',
    ...(unknown.length > 0 && { letPass: [...unknown] }),
    limitSource: limitSourceShape(by?.source),
    ...(by && { limit: amountText(by.limit), spent: amountText(by.spent) }),
    remaining: amountText(remaining),
    ...(resetsAt !== undefined && { resetsAt: instantText(resetsAt) }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(refusal !== undefined && { remedy: remedyOf(refusal, account) }),
  }
}

/** A top-up takes a second or two; so does a usage event that ends a reservation. */
const SOON_SECONDS = 5

function retryAfterOf(reason: Reason, resetsAt: Instant | undefined, now: Instant): number | undefined {
  if (reason === 'in-flight' || reason === 'top-up-on-the-way') return SOON_SECONDS
  if (reason !== 'limit-reached' || resetsAt === undefined) return undefined
  return Math.max(1, Math.ceil((resetsAt - now) / SECOND_MS))
}

export const accessCheckOperations: readonly Operation[] = [check]
