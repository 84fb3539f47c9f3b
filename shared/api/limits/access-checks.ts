import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import { answer, calculating, type Operation } from '../../http/operation.ts'
import { type AccessDecision, outrightRefusals, type Reason } from '../../limits/decide/decide-access.ts'
import type { Limit } from '../../limits/decide/limits-on.ts'
import { remedyOf } from '../../limits/decide/remedies.ts'
import { refusals } from '../../limits/decide/room.ts'
import { amountText } from '../../money/amounts.ts'
import { dayStart } from '../../time/day-of.ts'
import { type Instant, instantText, SECOND_MS } from '../../time/instant.ts'
import { accountSchema, nameSchema } from '../../usage/text.ts'
import { amountSchema } from '../fields/amount.ts'
import { givenLevelSchema } from '../fields/given-amount.ts'
import { timeSchema } from '../fields/time.ts'

const MOST_CATEGORIES = 8
const MOST_AGE_MS = 60_000

/** Who, and what of: the same for a check and a reservation. */
export const usedBy = {
  account: accountSchema,
  user: nameSchema,
  group: z.optional(described(nameSchema, 'As the usage event will name it; ceilings of groups count by it')),
  model: z.optional(
    described(
      nameSchema,
      'The service, `vendor/model`; without it, ceilings of models are not asked, and no price is looked for',
    ),
  ),
}

const accessCheckSchema = z
  .strictObject({
    ...usedBy,
    category: z.optional(described(nameSchema, '`text`, `image`, `api` or `other`')),
    categories: z.optional(
      described(
        z.array(nameSchema).check(z.minLength(1), z.maxLength(MOST_CATEGORIES)),
        'Several at once, each answered for itself',
      ),
    ),
    /** What it will cost; without it, something has to be left. */
    estimate: z.optional(givenLevelSchema),
    maxAgeMs: z._default(
      described(
        z.int().check(z.minimum(0), z.maximum(MOST_AGE_MS)),
        'How old the answer may be; 0: of the newest page of the log',
      ),
      0,
    ),
  })
  .check(
    ruled(({ category, categories }) => (category === undefined) !== (categories === undefined), {
      error: 'give either category or categories',
      path: ['category'],
    }),
    z.meta({ id: 'CheckAccess' }),
  )

const reasons = [...refusals, ...outrightRefusals, 'unknown-account', 'too-many-reservations'] as const

const limitSourceSchema = z
  .object({
    kind: z.enum(['tier', 'ceiling', 'balance']),
    tier: z.optional(z.string()),
    ceiling: z.optional(z.string()),
    of: z.optional(z.enum(['user', 'group', 'account'])),
  })
  .check(z.meta({ id: 'LimitSource', description: 'What decided: the tightest of all that applies' }))

/** @param limit `undefined`: the balance decided */
function limitSourceShape(limit: Limit | undefined): z.infer<typeof limitSourceSchema> {
  if (limit === undefined) return { kind: 'balance' }
  const { source, scope } = limit
  return source.kind === 'tier'
    ? { kind: 'tier', tier: source.id, of: 'user' }
    : { kind: 'ceiling', ceiling: source.id, of: scope.of }
}

export const verdict = {
  category: z.string(),
  allowed: z.boolean(),
  reason: described(z.enum(['ok', ...reasons]), 'Why not; `ok`: it may'),
  letPass: z.optional(
    described(z.array(z.enum(outrightRefusals)), 'Unknown things that the account’s settings let pass'),
  ),
  limitSource: z.optional(limitSourceSchema),
  limit: z.optional(amountSchema),
  spent: z.optional(amountSchema),
  remaining: z.optional(amountSchema),
  resetsAt: z.optional(described(timeSchema, 'When the window of the limit ends')),
  retryAfter: z.optional(
    described(
      z.int(),
      'Seconds after which it is worth asking again; where several limits are reached, when the last of them has room',
    ),
  ),
  upgradeRequest: z.optional(described(z.string(), 'Where a tier decides: the user’s open upgrade request')),
  remedy: z.optional(described(z.string(), 'What the user or an admin can do')),
}

const verdictSchema = z.object(verdict).check(z.meta({ id: 'AccessVerdict' }))
export type VerdictShape = z.infer<typeof verdictSchema>

/** What it was decided on. */
export const decidedAt = {
  seq: described(z.int(), 'The page of the log that it was decided at; 0: there is no log'),
  ageMs: described(z.int(), 'How long ago that was known to be the newest page'),
}

const asOf = {
  ...decidedAt,
  bound: described(
    z.literal('admitted-and-not-yet-reported'),
    'Spending may pass a limit by the cost of what checks admitted and no usage event has reported yet; reservations bound it further',
  ),
}

const accessAnswerSchema = z.union([
  z.object({ ...verdict, ...asOf }).check(z.meta({ id: 'AccessAnswer' })),
  z
    .object({ checks: z.array(verdictSchema), ...asOf })
    .check(
      z.meta({ id: 'AccessAnswers', description: 'Of several categories, in the order in which they were asked' }),
    ),
])

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

export const checkAccess = calculating({
  operationId: 'checkAccess',
  route: 'POST /v1/access-checks',
  scope: 'usage:check',
  tag: 'Limits',
  summary: 'Ask whether a user may spend',
  description:
    'The answer is 200 whether it is yes or no; a platform that answers its own callers with a status may give them 402 for a no. Consistent: decided at the newest page of the log. What open reservations hold is not looked at: who reserves asks by reserving. Where this can’t be reached, refuse by default, or allow for as long as the account’s agreement says: usage is charged in any case.',
  body: { schema: accessCheckSchema, example: { account: 'acme', user: 'u-17', category: 'text' } },
  answers: [answer(200, 'Yes or no, and why', accessAnswerSchema, example)],
  problems: ['access.other-account'],
})

export const accessCheckOperations: readonly Operation[] = [checkAccess]
