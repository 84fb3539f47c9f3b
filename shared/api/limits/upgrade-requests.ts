import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading, writing } from '../../http/operation.ts'
import type { Grant, Wish } from '../../ledger/entries/limits.ts'
import { type JudgedRequest, requestStates, stateOf } from '../../limits/requests/upgrade-request.ts'
import type { Credits } from '../../money/amounts.ts'
import { instantText } from '../../time/instant.ts'
import { categories } from '../../usage/meters.ts'
import { nameSchema, sentenceSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { grantSchema, grantShape, windowShape, windowShapeSchema } from '../credits/limit-entry.ts'
import { givenAmountSchema, readGivenAmount } from '../fields/given-amount.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'
import { usedSchema, usedShape } from './users.ts'

export const requestIdSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected the id of an upgrade request, as it was answered'))

const tierWish = z.strictObject({ tier: nameSchema })
const amountWish = z.strictObject({
  amount: givenAmountSchema,
})

const wishSchema = z.union([tierWish, amountWish], 'expected {"tier": "medium"} or {"amount": {"eur": "5"}}')

const fileUpgradeSchema = z
  .strictObject({
    user: nameSchema,
    category: z.enum(categories),
    wish: described(wishSchema, 'A tier that gives more of the category than today, or an amount once'),
    reason: described(sentenceSchema, 'Shown to who decides'),
  })
  .check(z.meta({ id: 'FileUpgradeRequest' }))

export const givenGrantSchema = described(
  z.union(
    [tierWish, amountWish, z.strictObject({ nothing: z.literal(true) })],
    'expected {"tier": "medium"}, {"amount": {"eur": "5"}} or {"nothing": true}',
  ),
  'What was asked for, something else, or nothing',
)

export const wordSchema = z.optional(described(sentenceSchema, 'Said to the user'))

/** Reads what is asked for. */
export function readWish(given: z.infer<typeof wishSchema>): Wish {
  return 'tier' in given
    ? { kind: 'tier', tier: given.tier }
    : { kind: 'amount', credits: readGivenAmount(given.amount) }
}

/** Reads what is granted. */
export const readGrant = (given: z.infer<typeof givenGrantSchema>): Grant =>
  'nothing' in given ? { kind: 'nothing' } : readWish(given)

export const upgradeRequestSchema = z
  .object({
    request: z.string(),
    user: z.string(),
    category: z.enum(categories),
    window: windowShapeSchema,
    wish: grantSchema,
    reason: z.string(),
    at: timeSchema,
    state: z.enum(requestStates),
    granted: z.optional(grantSchema),
    decidedBy: z.optional(z.string()),
    decidedAt: z.optional(timeSchema),
    word: z.optional(z.string()),
    usage: z.optional(usedSchema),
  })
  .check(z.meta({ id: 'UpgradeRequest' }))

/** A request as it is shown. @param day today, where the account is */
export function upgradeRequestShape(
  judged: JudgedRequest,
  day: string,
  usage?: { readonly spent: Credits; readonly limit: Credits | undefined },
): z.infer<typeof upgradeRequestSchema> {
  const { request, granted, decision } = judged
  const { id, user, category, window, wish, reason, at } = request
  return {
    request: id,
    user,
    category,
    window: windowShape(window),
    wish: grantShape(wish),
    reason,
    at: instantText(at),
    state: stateOf(judged, day),
    granted: granted && grantShape(granted),
    decidedBy: decision?.actor,
    decidedAt: decision && instantText(decision.at),
    word: decision?.word,
    usage: usage && usedShape(usage),
  }
}

const euros = (eur: string, credits: string) => ({ eur, credits })

export const upgradeRequestExample: z.infer<typeof upgradeRequestSchema> = {
  request: 'Zk3n0PqLrS8tUvWx',
  user: 'u-17',
  category: 'text',
  window: { key: 'month#2026-11', from: '2026-11-01', to: '2026-12-01' },
  wish: { tier: 'medium' },
  reason: 'quarterly report',
  at: '2026-11-24T08:00:00.000Z',
  state: 'open',
  usage: { spent: euros('5.02', '502'), limit: euros('5.00', '500'), share: '100.4' },
}

export const fileUpgradeRequest = writing({
  operationId: 'fileUpgradeRequest',
  route: 'POST /v1/accounts/{account}/upgrade-requests',
  scope: 'usage:check',
  isOwn: true,
  tag: 'Limits',
  summary: 'Ask for more, for a user at a limit',
  description:
    'The platform files it for its user, with the token of its access checks (`usage:check`). A member with `own:read` files it for their own use. Each user has one open request a category; it expires with the calendar month. It asks for a tier that gives more of the category than today’s, or for an amount on top of a limit.',
  params: accountPathSchema,
  body: {
    schema: fileUpgradeSchema,
    example: { user: 'u-17', category: 'text', wish: { tier: 'medium' }, reason: 'quarterly report' },
  },
  answers: [answer(201, 'Filed', upgradeRequestSchema, upgradeRequestExample)],
  problems: ['upgrade-request.open', 'upgrade-request.too-many', 'upgrade-request.not-higher', 'limits.no-such-tier'],
})

export const paging = pagingOf(
  'upgrade-requests',
  z.object({
    day: z.string(),
    id: z.optional(z.string()),
    log: z.optional(z.object({ page: z.int(), position: z.int() })),
  }),
  100,
  20,
)

export const listUpgradeRequests = reading({
  operationId: 'listUpgradeRequests',
  route: 'GET /v1/accounts/{account}/upgrade-requests',
  scope: 'account:read',
  isOwn: true,
  tag: 'Limits',
  summary: 'List upgrade requests with the usage beside them',
  description:
    'Newest first. All that were ever filed: those of earlier months are looked for in the log, so that an answer may hold few of them, or none, and `next`.',
  params: accountPathSchema,
  query: z.strictObject({
    ...paging.query,
    state: z.optional(z.enum(requestStates)),
    user: z.optional(nameSchema),
  }),
  answers: [
    answer(200, 'Requests', z.object({ requests: z.array(upgradeRequestSchema), next: nextSchema }), {
      requests: [upgradeRequestExample],
    }),
  ],
})

export const upgradeRequestOperations: readonly Operation[] = [fileUpgradeRequest, listUpgradeRequests]
