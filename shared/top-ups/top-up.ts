import * as z from 'zod/mini'
import { storedCredits, storedEuros } from '../ledger/entries/entry-kind.ts'
import type { TopUpPlace } from '../ledger/tally/top-up-state.ts'
import { takingCauses } from '../money/taking-causes.ts'
import type { Taking } from '../payments/payment.ts'
import { type Language, languages } from '../text/language.ts'
import type { Instant } from '../time/instant.ts'

/** The status of a top-up (mission, "Auto top-up"). `moves.ts` has the next statuses of each. */
export const topUpStatuses = [
  'wanted',
  'paying',
  'needs-action',
  'processing',
  'paid',
  'credited',
  'skipped',
  'failed',
  'refunded',
  'disputed',
] as const
export type TopUpStatus = (typeof topUpStatuses)[number]

/** Why a top-up was skipped, or why it failed. */
export const endReasons = [
  'off',
  'cap-reached',
  'cooldown',
  'no-payment-method',
  'declined',
  'not-completed',
  'provider-refused',
  'not-needed',
] as const
export type EndReason = (typeof endReasons)[number]

/** Whether the provider was asked before it ended so. */
export const statusOfEnd = (reason: EndReason): 'skipped' | 'failed' =>
  reason === 'declined' || reason === 'not-completed' || reason === 'provider-refused' ? 'failed' : 'skipped'

/** Who wanted it. */
const origin = z.discriminatedUnion('kind', [
  z.object({
    /** The log opened it. */
    kind: z.literal('automatic'),
    of: z.string() as z.ZodMiniType<TopUpPlace, TopUpPlace>,
  }),
  z.object({
    /** A request of an admin, by its Idempotency-Key. */
    kind: z.literal('manual'),
    key: z.string(),
    actor: z.string(),
    by: z.enum(['method', 'checkout']),
    /** Whether the page stores the payment method. Frozen, since the same request has the same page. */
    storesMethod: z.optional(z.literal(true)),
    /** It counts towards the caps in the log. Absent: it was wanted before purchases were counted. */
    counted: z.optional(z.literal(true)),
    /** The payer's bank confirms it on the page: frozen too. */
    confirmed: z.optional(z.literal(true)),
  }),
  z.object({
    kind: z.literal('invoice'),
    key: z.string(),
    actor: z.string(),
    /** The invoice's number. */
    reference: z.string(),
    /** `2026-12-24`. */
    dueOn: z.string(),
  }),
])
export type Origin = z.output<typeof origin>
export const originKinds = ['automatic', 'manual', 'invoice'] as const satisfies readonly Origin['kind'][]

/** The price of a purchase, in euros of two decimals: `total` = (net − discount + fee) + tax. */
const price = z.readonly(
  z.object({
    /** The credits bought, at a cent each. */
    net: storedEuros,
    discount: storedEuros,
    fee: storedEuros,
    tax: storedEuros,
    total: storedEuros,
  }),
)
export type Price = z.output<typeof price>

/** DynamoDB's numbers come as texts of digits. */
const number = z.codec(z.unknown(), z.number(), { decode: Number, encode: (stored) => stored })

/** How a top-up is stored. */
export const storedTopUp = z.object({
  account: z.string(),
  /** Within the account; made of the origin, so that it is the same one however often it is made. */
  id: z.string(),
  origin,
  status: z.enum(topUpStatuses),
  reason: z.optional(z.enum(endReasons)),
  /** Of a decline, the provider's code. */
  declineCode: z.optional(z.string()),
  /** Of a failed one, how much it counts towards suspension. */
  declines: number,
  credits: storedCredits,
  price,
  /** The provider's id of the payer. */
  customer: z.optional(z.string()),
  /** The requested charge: the same in every attempt, since the provider's key must stay the same. */
  method: z.optional(z.string()),
  payment: z.optional(z.string()),
  /** Where a person pays, while a person has to. */
  checkout: z.optional(z.object({ id: z.string(), url: z.string(), expiresAt: number })),
  /** When the provider was first asked: its memory of the key began. */
  askedAt: z.optional(number),
  /** When a process last set out to begin a payment: it may be on its way from then on. */
  begunAt: z.optional(number),
  /** Of a method that was charged: `visa 4242`. */
  paidWith: z.optional(z.string()),
  paidAt: z.optional(number),
  /** The page of the log with its credits. */
  page: z.optional(number),
  takings: z.readonly(
    z.array(z.object({ id: z.string(), cause: z.enum(takingCauses), amount: storedEuros })),
  ) satisfies z.ZodMiniType<readonly Taking[]>,
  /** How many of them stand in the log. */
  takenBack: number,
  /** When it is tried again, of its own accord. */
  nextTry: z.optional(number),
  /** The version of the billing details when it was wanted; 0: there were none. */
  billing: number,
  /** Of the page where it is paid, as it was when the top-up was wanted: the same request has the same page. */
  language: z.optional(z.enum(languages)),
  createdAt: number,
  updatedAt: number,
  /** Counts the changes, from 1. */
  version: number,
})

/** One purchase of credits and its course. The log has the credits; this has everything around them. */
export type TopUp = Readonly<z.output<typeof storedTopUp>>

/** The part of an account's billing details that a purchase needs. */
export interface BillingHead {
  /** 0: there are none. */
  readonly version: number
  readonly language: Language
  /** For receipts. */
  readonly email?: string | undefined
}

/** A top-up that is wanted, and nothing else has happened yet. */
export function newTopUp({
  at,
  billing,
  ...wanted
}: Pick<TopUp, 'account' | 'id' | 'origin' | 'credits' | 'price'> & {
  readonly billing: BillingHead
  readonly at: Instant
}): TopUp {
  const { version, language } = billing
  const nothingYet = { status: 'wanted', declines: 0, takings: [], takenBack: 0 } as const
  return { ...wanted, ...nothingYet, billing: version, language, createdAt: at, updatedAt: at, version: 1 }
}

/** The id of the top-up that a page opened. */
export const automaticId = (of: TopUpPlace): string => `auto-${of}`

/** The id of a purchase by hand; `digest` makes it unique in the account. */
export const wantedId = (kind: 'manual' | 'invoice', digest: string): string => `${kind}-${digest}`

/** The kind of its origin: entries of the log name the id, and no more. */
export function originOfId(id: string): Origin['kind'] {
  if (id.startsWith('auto-')) return 'automatic'
  return id.startsWith('invoice-') ? 'invoice' : 'manual'
}
