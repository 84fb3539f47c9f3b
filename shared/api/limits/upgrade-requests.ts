import * as z from 'zod/mini'
import { type Operation, reading, writing } from '../../http/operation.ts'
import { requestStates } from '../../limits/requests/upgrade-request.ts'
import { nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { nextSchema, pagingSchema } from '../fields/paging.ts'
import { fileUpgradeSchema, upgradeRequestExample, upgradeRequestSchema } from './upgrade-request.ts'

export const fileUpgradeRequest = writing({
  operationId: 'fileUpgradeRequest',
  method: 'POST',
  path: '/v1/accounts/{account}/upgrade-requests',
  scope: 'usage:check',
  isOwn: true,
  tag: 'Limits',
  summary: 'Ask for more, for a user at a limit',
  description:
    'The platform files it on behalf of its user, with the token by which it asks whether the user may spend; a member with `own:read` files it for himself. One open request for each user and category; it expires with the calendar month. Only a tier that gives more of the category than today’s can be asked for, or an amount on top of a limit.',
  params: accountPathSchema,
  body: {
    schema: fileUpgradeSchema,
    example: { user: 'u-17', category: 'text', wish: { tier: 'medium' }, reason: 'quarterly report' },
  },
  answers: [{ status: 201, description: 'Filed', schema: upgradeRequestSchema, example: upgradeRequestExample }],
  problems: ['upgrade-request.open', 'upgrade-request.too-many', 'upgrade-request.not-higher', 'limits.no-such-tier'],
})

const MOST = 100

export const USUAL = 20

export const listUpgradeRequests = reading({
  operationId: 'listUpgradeRequests',
  method: 'GET',
  path: '/v1/accounts/{account}/upgrade-requests',
  scope: 'account:read',
  isOwn: true,
  tag: 'Limits',
  summary: 'List upgrade requests with the usage beside them',
  description:
    'Newest first. All that were ever filed: those of earlier months are looked for in the log, so that an answer may hold few of them, or none, and `next`.',
  params: accountPathSchema,
  query: z.extend(pagingSchema(MOST, USUAL), {
    state: z.optional(z.enum(requestStates)),
    user: z.optional(nameSchema),
  }),
  answers: [
    {
      status: 200,
      description: 'Requests',
      schema: z.object({ requests: z.array(upgradeRequestSchema), next: nextSchema }),
      example: { requests: [upgradeRequestExample] },
    },
  ],
})

export const upgradeRequestOperations: readonly Operation[] = [fileUpgradeRequest, listUpgradeRequests]
