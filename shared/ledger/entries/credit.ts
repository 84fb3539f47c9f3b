import * as z from 'zod/mini'
import { categories } from '../../usage/meters.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { type EntryKind, fieldsThatDiffer, type StoredKind, storedCredits, storedInstant } from './entry-kind.ts'
import { type Identity, identity, requestIdentity } from './identity.ts'

/** The fields of every decision that a person makes about credits. */
const decision = {
  /** The Idempotency-Key of the request. */
  key: z.string(),
  /** The operator who asked for it. */
  actor: z.string(),
  /** The other operator who approved it; absent: it needed no approval. */
  approvedBy: z.optional(z.string()),
  at: storedInstant,
  reason: z.string(),
  reference: z.optional(z.string()),
  /** The change of the balance: negative where credits are taken. */
  credits: storedCredits,
}

export type Decision = Readonly<z.output<z.ZodMiniObject<typeof decision>>>

/** Names the charge that a decision is about. */
type ChargeName = Pick<UsageEvent, 'source' | 'id'>

const grant = z.readonly(z.object({ kind: z.literal('grant'), ...decision }))
const adjustment = z.readonly(z.object({ kind: z.literal('adjustment'), ...decision }))
/** `of`: the Idempotency-Key of the original. */
const reversal = z.readonly(z.object({ kind: z.literal('reversal'), of: z.string(), ...decision }))

const refundFields = z.object({ kind: z.literal('refund'), source: z.string(), id: z.string(), ...decision })
const reratingFields = z.object({
  kind: z.literal('rerating'),
  source: z.string(),
  id: z.string(),
  /** Counts the re-ratings of this charge, from 1. */
  nth: z.number(),
  /** The charge's own user, service and time: folds count a re-rating where its charge stands. */
  time: storedInstant,
  user: z.string(),
  group: z.optional(z.string()),
  category: z.enum(categories),
  service: z.string(),
  rateCard: z.number(),
  ...decision,
})

/** In memory `of` names the charge; stored, its source and id stand beside the other fields. */
type OfCharge<Fields extends ChargeName> = Readonly<Omit<Fields, 'source' | 'id' | 'group'>> & {
  /** The usage event that was charged. */
  readonly of: ChargeName
}

/** Credits given. */
export type GrantEntry = z.output<typeof grant>

/** A correction of the balance, in either direction. */
export type AdjustmentEntry = z.output<typeof adjustment>

/** A grant or an adjustment taken back whole; once for each. */
type ReversalEntry = z.output<typeof reversal>

/** Credits of a charge given back, all or some; once for each charge. */
export type RefundEntry = OfCharge<z.output<typeof refundFields>>

/** A corrected charge: from now on it costs what a version of the rate card says. `credits` is its cost so far minus its new cost. */
export type ReratingEntry = OfCharge<z.output<typeof reratingFields>> & { readonly group: string | undefined }

/** An entry that moves credits by a person's decision. */
export type CreditEntry = GrantEntry | AdjustmentEntry | RefundEntry | ReversalEntry | ReratingEntry

const refund = z.codec(refundFields, z.custom<RefundEntry>(), {
  decode: ({ source, id, ...rest }) => ({ ...rest, of: { source, id } }),
  encode: ({ of: { source, id }, ...rest }) => ({ ...rest, source, id }),
})

const rerating = z.codec(reratingFields, z.custom<ReratingEntry>(), {
  decode: ({ source, id, group, ...rest }) => ({ ...rest, group, of: { source, id } }),
  encode: ({ of: { source, id }, ...rest }) => ({ ...rest, source, id }),
})

/** The charge, so that each is refunded once at most. */
export const refundIdentity = ({ source, id }: ChargeName): Identity => identity('refund', source, id)

/** The nth re-rating of a charge: two that were decided without knowing of each other can't both be written. */
export const reratingIdentity = ({ source, id }: ChargeName, nth: number): Identity =>
  identity('rerating', source, `${id}\0${nth}`)

/** The fields that all five compare. The key is one of them: a second refund or reversal of one original is no replay. */
const decided: Pick<EntryKind<CreditEntry>, 'credited' | 'difference'> = {
  credited: ({ credits }) => credits,
  difference: (asked, standing) =>
    fieldsThatDiffer({
      amount: asked.credits.eq(standing.credits),
      reason: asked.reason === standing.reason,
      reference: asked.reference === standing.reference,
      'Idempotency-Key': asked.key === standing.key,
    }),
}

const why = ({ reason, reference }: CreditEntry): string => reason + (reference === undefined ? '' : ` (${reference})`)

export const creditKinds: {
  readonly grant: StoredKind<GrantEntry>
  readonly adjustment: StoredKind<AdjustmentEntry>
  readonly refund: StoredKind<RefundEntry>
  readonly reversal: StoredKind<ReversalEntry>
  readonly rerating: StoredKind<ReratingEntry>
} = {
  grant: {
    stored: grant,
    ...decided,
    identity: ({ key }, account) => requestIdentity(account, key),
    words: (entry) => `grant: ${why(entry)}`,
  },
  adjustment: {
    stored: adjustment,
    ...decided,
    identity: ({ key }, account) => requestIdentity(account, key),
    words: (entry) => `adjustment: ${why(entry)}`,
  },
  refund: {
    stored: refund,
    ...decided,
    identity: ({ of }) => refundIdentity(of),
    words: (entry) => `refund of ${entry.of.source} ${entry.of.id}: ${why(entry)}`,
  },
  // The entry taken back, so that each is reversed once at most.
  reversal: {
    stored: reversal,
    ...decided,
    identity: ({ of }, account) => identity('reversal', account, of),
    words: (entry) => `reversal of ${entry.of}: ${why(entry)}`,
  },
  rerating: {
    stored: rerating,
    ...decided,
    identity: ({ of, nth }) => reratingIdentity(of, nth),
    words: (entry) => `re-rating of ${entry.of.source} ${entry.of.id} to version ${entry.rateCard}: ${why(entry)}`,
    // Two re-ratings to the same cost are one, also with different reasons.
    difference: (asked, standing) =>
      fieldsThatDiffer({
        rateCard: asked.rateCard === standing.rateCard,
        amount: asked.credits.eq(standing.credits),
      }),
  },
}
