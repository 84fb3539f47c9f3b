import type { z } from 'zod/mini'
import { readGivenAmount } from '../../../shared/api/fields/given-amount.ts'
import { accessAnswerSchema, accessCheckSchema } from '../../../shared/api/limits/access-check.ts'
import { countRefusals, verdictShape } from '../../../shared/api/limits/verdict-shape.ts'
import { calculating, nothing, type Operation } from '../../../shared/http/operation.ts'
import { checkAccess, meantModel } from '../../../shared/limits/io/check-access.ts'

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
    'The answer is 200 whether it is yes or no; a platform that answers its own callers with a status may give them 402 for a no. Consistent: decided at the newest page of the log. What open reservations hold is not looked at: who reserves asks by reserving. Where this can’t be reached, refuse by default, or allow for as long as the account’s agreement says: usage is charged in any case.',
  params: nothing,
  body: { schema: accessCheckSchema, example: { account: 'acme', user: 'u-17', category: 'text' } },
  answers: [{ status: 200, description: 'Yes or no, and why', schema: accessAnswerSchema, example }],
  problems: ['access.other-account'],
  handle: async ({ body }, { services, tools }) => {
    const { account, user, group, model, category = '', categories = [category], estimate, maxAgeMs } = body
    const credits = estimate === undefined ? undefined : readGivenAmount(estimate)
    const decided = await checkAccess(
      services,
      { account, user, group, model, categories, estimate: credits, maxAgeMs },
      tools,
    )
    const zone = decided.fold?.fold.timeZone
    const modelMeant = await meantModel(services.catalogue, { account, model }, decided.verdicts, tools.now())
    const verdicts = decided.verdicts.map((verdict, place) =>
      verdictShape(verdict, { account, user, category: categories[place] ?? '', modelMeant, zone, now: tools.now() }),
    )
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

export const accessCheckOperations: readonly Operation[] = [check]
