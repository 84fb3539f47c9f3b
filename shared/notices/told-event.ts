import * as z from 'zod/mini'
import { suspendReasons, topUpStateKinds, waitReasons } from '../ledger/tally/top-up-state.ts'
import { limitEventKinds } from '../limits/told/limit-events.ts'
import { upgradeEventKinds } from '../limits/told/upgrade-events.ts'
import { endReasons, originKinds } from '../top-ups/top-up.ts'
import { topUpEventKinds } from '../top-ups/top-up-events.ts'
import { limitSchema, upgradeSchema } from './limit-notice.ts'

const amount = z.object({ eur: z.string(), credits: z.string() })

const topUpSchema = z.object({
  kind: z.enum(topUpEventKinds),
  data: z.object({
    account: z.string(),
    topUp: z.string(),
    origin: z.enum(originKinds),
    amount,
    paid: z.optional(z.string()),
    reason: z.optional(z.enum([...endReasons, ...suspendReasons, 'reconciling'])),
    declineCode: z.optional(z.string()),
    nextTry: z.optional(z.string()),
    reference: z.optional(z.string()),
    url: z.optional(z.string()),
    balance: z.optional(amount),
    state: z.optional(z.enum(topUpStateKinds)),
  }),
})
const lowBalanceSchema = z.object({
  kind: z.literal('balance-low'),
  data: z.object({ account: z.string(), level: amount, balance: amount, exhausted: z.optional(z.literal(true)) }),
})
const exhaustedSchema = z.object({
  kind: z.literal('balance-exhausted'),
  data: z.object({
    account: z.string(),
    balance: amount,
    automaticTopUp: z.object({
      kind: z.enum(topUpStateKinds),
      buys: z.optional(amount),
      reason: z.optional(z.enum([...waitReasons, ...suspendReasons])),
      nextTry: z.optional(z.string()),
    }),
  }),
})

const schema = z.object({
  id: z.string(),
  time: z.string(),
  event: z.union([topUpSchema, lowBalanceSchema, exhaustedSchema, limitSchema, upgradeSchema]),
})

/** A domain event that makes a notice, as it came over the bus. */
export type ToldEvent = z.infer<typeof schema>
export type ToldTopUp = z.infer<typeof topUpSchema>
export type ToldLowBalance = z.infer<typeof lowBalanceSchema>
export type ToldExhausted = z.infer<typeof exhaustedSchema>

/** Types of domain events that make notices, as rules of the bus match them. */
export const toldTypes: readonly string[] = [
  ...topUpEventKinds.map((kind) => `groschen.top-up.${kind}`),
  'groschen.balance.low',
  'groschen.balance.exhausted',
  ...limitEventKinds.map((kind) => `groschen.limit.${kind}`),
  ...upgradeEventKinds.map((kind) => `groschen.upgrade-request.${kind}`),
]

/**
 * Reads the `detail` of an event on the bus: a CloudEvent.
 *
 * @throws z.core.$ZodError for another event: a bug, since a rule of the bus chose it
 */
export function readToldEvent(detail: unknown): ToldEvent {
  const { id, time, type, data } = z
    .object({ id: z.string(), time: z.string(), type: z.enum(toldTypes as [string]), data: z.unknown() })
    .parse(detail)
  return schema.parse({ id, time, event: { kind: kindOf(type), data } })
}

/** The kind of a notice: `succeeded` (of a top-up), `limit-reached`, `upgrade-filed`. */
function kindOf(type: string): string {
  const [, what = '', kind = ''] = type.split('.')
  if (what === 'balance') return `balance-${kind}`
  if (what === 'top-up') return kind
  return what === 'limit' ? `limit-${kind}` : `upgrade-${kind}`
}
