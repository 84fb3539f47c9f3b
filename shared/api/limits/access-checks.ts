import type * as z from 'zod/mini'
import { calculating, type Operation } from '../../http/operation.ts'
import { accessAnswerSchema, accessCheckSchema } from './access-check.ts'

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
  method: 'POST',
  path: '/v1/access-checks',
  scope: 'usage:check',
  tag: 'Limits',
  summary: 'Ask whether somebody may spend',
  description:
    'The answer is 200 whether it is yes or no; a platform that answers its own callers with a status may give them 402 for a no. Consistent: decided at the newest page of the log. What open reservations hold is not looked at: who reserves asks by reserving. Where this can’t be reached, refuse by default, or allow for as long as the account’s agreement says: usage is charged in any case.',
  body: { schema: accessCheckSchema, example: { account: 'acme', user: 'u-17', category: 'text' } },
  answers: [{ status: 200, description: 'Yes or no, and why', schema: accessAnswerSchema, example }],
  problems: ['access.other-account'],
})

export const accessCheckOperations: readonly Operation[] = [checkAccess]
