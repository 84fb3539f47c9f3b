import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, writing } from '../../http/operation.ts'
import type { LeftOpen } from '../../limits/requests/decide-upgrades.ts'
import { accountSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import {
  givenGrantSchema,
  requestIdSchema,
  upgradeRequestExample,
  upgradeRequestSchema,
  wordSchema,
} from './upgrade-requests.ts'

export const decideUpgradeRequest = writing({
  operationId: 'decideUpgradeRequest',
  route: 'POST /v1/accounts/{account}/upgrade-requests/{request}/decision',
  scope: 'account:admin',
  tag: 'Limits',
  summary: 'Decide an upgrade request',
  description:
    'Once: what was asked for, something else, or nothing. What is granted counts in the next access check; an amount until the window ends. The same decision again changes nothing.',
  params: z.strictObject({ account: described(accountSchema, 'The account'), request: requestIdSchema }),
  body: {
    schema: z.strictObject({ grant: givenGrantSchema, word: wordSchema }).check(z.meta({ id: 'DecideUpgradeRequest' })),
    example: { grant: { tier: 'medium' }, word: 'for the quarterly report' },
  },
  answers: [
    answer(200, 'Decided', upgradeRequestSchema, {
      ...upgradeRequestExample,
      state: 'decided' as const,
      granted: { tier: 'medium' },
    }),
  ],
  problems: [
    ...(['upgrade-request.not-found', 'upgrade-request.decided'] as const),
    ...(['upgrade-request.not-higher', 'limits.no-such-tier'] as const),
  ],
})

const leftReasons = ['unknown-tier', 'archived-tier', 'not-higher', 'decided-meanwhile'] as const satisfies readonly (
  | LeftOpen
  | 'decided-meanwhile'
)[]

export const decideAllUpgradeRequests = writing({
  operationId: 'decideAllUpgradeRequests',
  route: 'POST /v1/accounts/{account}/upgrade-requests/decisions',
  scope: 'account:admin',
  tag: 'Limits',
  summary: 'Decide all open upgrade requests at once',
  description:
    'Needs a typed phrase with the number of open requests. Without it, the call is refused and names the phrase, so that no new request is decided unseen. Each is decided once; sent again with the same key, it decides the rest. A request for a tier that gives no more than today stays open: a user who asked for two gets the higher one.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        all: z.literal(true),
        grant: z.enum(['as-asked', 'nothing']),
        phrase: z.optional(z.string().check(z.maxLength(200))),
        word: wordSchema,
      })
      .check(z.meta({ id: 'DecideAllUpgradeRequests' })),
    example: { all: true, grant: 'as-asked', phrase: 'approve 12 requests of acme' },
  },
  answers: [
    answer(
      200,
      'What was decided, and what was left',
      z
        .object({
          decided: z.int(),
          left: z.array(z.object({ request: z.string(), user: z.string(), why: z.enum(leftReasons) })),
        })
        .check(z.meta({ id: 'DecidedUpgradeRequests' })),
      { decided: 11, left: [{ request: 'Zk3n0PqLrS8tUvWx', user: 'u-17', why: 'not-higher' }] },
    ),
  ],
  problems: ['upgrade-request.phrase'],
})

export const upgradeDecisionOperations: readonly Operation[] = [decideUpgradeRequest, decideAllUpgradeRequests]
