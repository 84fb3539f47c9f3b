import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { Grant, Wish } from '../../ledger/entries/limits.ts'
import { type JudgedRequest, requestStates, stateOf } from '../../limits/requests/upgrade-request.ts'
import type { Credits } from '../../money/amounts.ts'
import { instantText } from '../../time/instant.ts'
import { categories } from '../../usage/meters.ts'
import { nameSchema, sentenceSchema } from '../../usage/text.ts'
import { grantSchema, grantShape, windowShape, windowShapeSchema } from '../credits/limit-entry.ts'
import { givenAmountSchema, readGivenAmount } from '../fields/given-amount.ts'
import { timeSchema } from '../fields/time.ts'
import { usedSchema, usedShape } from './user.ts'

export const requestIdSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected the id of an upgrade request, as it was answered'))

const tierWish = z.strictObject({ tier: nameSchema })
const amountWish = z.strictObject({
  amount: givenAmountSchema,
})

const wishSchema = z.union([tierWish, amountWish], 'expected {"tier": "medium"} or {"amount": {"eur": "5"}}')

export const fileUpgradeSchema = z
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

export function readWish(given: z.infer<typeof wishSchema>): Wish {
  return 'tier' in given
    ? { kind: 'tier', tier: given.tier }
    : { kind: 'amount', credits: readGivenAmount(given.amount) }
}

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
    ...(granted !== undefined && { granted: grantShape(granted) }),
    ...(decision !== undefined && { decidedBy: decision.actor, decidedAt: instantText(decision.at) }),
    ...(decision?.word !== undefined && { word: decision.word }),
    ...(usage !== undefined && { usage: usedShape(usage) }),
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
