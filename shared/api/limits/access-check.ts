import * as z from 'zod/mini'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import { outrightRefusals } from '../../limits/decide/decide-access.ts'
import type { Limit } from '../../limits/decide/limits-on.ts'
import { refusals } from '../../limits/decide/room.ts'
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

export const accessCheckSchema = z
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

export const limitSourceSchema = z
  .object({
    kind: z.enum(['tier', 'ceiling', 'balance']),
    tier: z.optional(z.string()),
    ceiling: z.optional(z.string()),
    of: z.optional(z.enum(['user', 'group', 'account'])),
  })
  .check(z.meta({ id: 'LimitSource', description: 'What decided: the tightest of all that applies' }))

/** @param limit `undefined`: the balance decided */
export function limitSourceShape(limit: Limit | undefined): z.infer<typeof limitSourceSchema> {
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
    described(z.array(z.enum(outrightRefusals)), 'What nobody could judge and the settings of the account allow'),
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
  upgradeRequest: z.optional(
    described(z.string(), 'Where a tier decides: the request for more that nobody has decided yet'),
  ),
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

export const accessAnswerSchema = z.union([
  z.object({ ...verdict, ...asOf }).check(z.meta({ id: 'AccessAnswer' })),
  z
    .object({ checks: z.array(verdictSchema), ...asOf })
    .check(
      z.meta({ id: 'AccessAnswers', description: 'Of several categories, in the order in which they were asked' }),
    ),
])
