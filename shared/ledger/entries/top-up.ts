import * as z from 'zod/mini'
import { takingCauses } from '../../money/taking-causes.ts'
import { type TopUpPlace, waitReasons } from '../tally/top-up-state.ts'
import { type StoredKind, storedCredits, storedEuros, storedInstant } from './entry-kind.ts'
import { type Identity, identity, requestIdentity } from './identity.ts'

/** The top-up, within the account; of a retry by a person, the Idempotency-Key. */
const key = z.string()
const actor = z.string()
const at = storedInstant
/** The page that opened an automatic top-up. */
const place: z.ZodMiniType<TopUpPlace, TopUpPlace> = z.string()

const topUp = z.readonly(
  z.object({
    kind: z.literal('top-up'),
    key,
    actor,
    /** Of an invoice, the other operator who approved it; absent: it needed no approval. */
    approvedBy: z.optional(z.string()),
    at,
    provider: z.string(),
    /** The provider's id; of an invoice, its number. */
    payment: z.string(),
    /** Absent: a person wanted it. */
    of: z.optional(place),
    /** Of an automatic one, the calendar month that it counts in: `2026-11`. */
    month: z.string(),
    /** Of one that a person wanted, the day that it counts in: `2026-11-24`. Absent: it was wanted before purchases were counted. */
    day: z.optional(z.string()),
    paid: storedEuros,
    credits: storedCredits,
  }),
)

/** Credits bought. One entry a payment: two processes that see a payment credit it once. */
export type TopUpEntry = z.output<typeof topUp>

const wanted = z.readonly(z.object({ kind: z.literal('top-up-wanted'), key, actor, at, paid: storedEuros }))

/** A person wants to buy credits through the provider. It counts towards the caps from here on. One entry a purchase. */
export type TopUpWantedEntry = z.output<typeof wanted>

const notPaid = z.readonly(
  z.object({
    kind: z.literal('top-up-not-paid'),
    key,
    actor,
    at,
    /** The page that still counted it, though it had ended before or its record was lost. Absent: it ended here. */
    leftOn: z.optional(z.number()),
  }),
)

/** A purchase by hand ended without a payment: it no longer counts. */
export type TopUpNotPaidEntry = z.output<typeof notPaid>

const ended = z.readonly(
  z.object({
    kind: z.literal('top-up-ended'),
    key,
    actor,
    at,
    of: place,
    /** `off`: switched off meanwhile; `not-needed`: credits came from elsewhere. */
    reason: z.enum([...waitReasons, 'off', 'not-needed']),
    /** When the next try is due. Absent: it is judged again at once. */
    until: z.optional(storedInstant),
    /** How much this counts towards suspension: 1 a decline; a hard decline counts as many as it takes. */
    declines: z.number(),
    /** The provider's code of a decline. */
    declineCode: z.optional(z.string()),
    /** The credits that it would have bought. */
    wanted: storedCredits,
  }),
)

/** An automatic top-up that ended without a payment. */
export type TopUpEndedEntry = z.output<typeof ended>

const retry = z.readonly(
  z.object({
    kind: z.literal('top-up-retry'),
    key,
    actor,
    at,
    /** The top-up that waited. */
    of: place,
    cause: z.enum(['due', 'admin', 'payment-method']),
  }),
)

/** A waiting or stopped top-up is judged again. */
export type TopUpRetryEntry = z.output<typeof retry>

const paymentReversal = z.readonly(
  z.object({
    kind: z.literal('payment-reversal'),
    key,
    actor,
    at,
    provider: z.string(),
    payment: z.string(),
    /** The refund or dispute. */
    taking: z.string(),
    cause: z.enum(takingCauses),
    /** The change of the balance. */
    credits: storedCredits,
  }),
)

/** Money of a payment went back to the payer, or came again: so do its credits. One entry a refund, dispute, dispute won, refund failed. */
export type PaymentReversalEntry = z.output<typeof paymentReversal>

const reconciled = z.readonly(
  z.object({
    kind: z.literal('reconciled'),
    key,
    actor,
    at,
    /** The epoch whose restore made automatic top-up wait. */
    epoch: z.number(),
  }),
)

/** Every payment of the account was held against its restored log: automatic top-up goes on. Once for each epoch. */
export type ReconciledEntry = z.output<typeof reconciled>

/** An entry about buying credits. */
export type TopUpLogEntry =
  | TopUpEntry
  | TopUpWantedEntry
  | TopUpNotPaidEntry
  | TopUpEndedEntry
  | TopUpRetryEntry
  | PaymentReversalEntry
  | ReconciledEntry

/** A payment at a provider: credited once, to whichever account saw it first. */
export const paymentIdentity = (provider: string, payment: string): Identity => identity('payment', provider, payment)

/** The end of a wait happens once, a person's retry is a request, and a payment method is new once. */
function retryIdentity({ cause, of, key: id }: TopUpRetryEntry, account: string): Identity {
  if (cause === 'admin') return requestIdentity(account, id)
  return cause === 'due' ? identity('top-up-due', account, of) : identity('payment-method', account, id)
}

export const topUpKinds: {
  readonly 'top-up': StoredKind<TopUpEntry>
  readonly 'top-up-wanted': StoredKind<TopUpWantedEntry>
  readonly 'top-up-not-paid': StoredKind<TopUpNotPaidEntry>
  readonly 'top-up-ended': StoredKind<TopUpEndedEntry>
  readonly 'top-up-retry': StoredKind<TopUpRetryEntry>
  readonly 'payment-reversal': StoredKind<PaymentReversalEntry>
  readonly reconciled: StoredKind<ReconciledEntry>
} = {
  'top-up': {
    stored: topUp,
    identity: ({ provider, payment }) => paymentIdentity(provider, payment),
    credited: ({ credits }) => credits,
    words: (entry) => `top-up ${entry.key}, paid ${entry.paid.toFixed(2)} € (${entry.provider} ${entry.payment})`,
  },
  'top-up-wanted': {
    stored: wanted,
    identity: (entry, account) => identity('top-up-wanted', account, entry.key),
    words: (entry) => `top-up ${entry.key} wanted, to be paid ${entry.paid.toFixed(2)} €`,
  },
  'top-up-not-paid': {
    stored: notPaid,
    identity: ({ key: id, leftOn }, account) =>
      identity('top-up-not-paid', account, leftOn === undefined ? id : `${id}\0${leftOn}`),
    words: (entry) => `top-up ${entry.key} was not paid`,
  },
  'top-up-ended': {
    stored: ended,
    identity: ({ of }, account) => identity('top-up-ended', account, of),
    words: (entry) => `top-up ${entry.key} ended: ${entry.reason}`,
  },
  'top-up-retry': { stored: retry, identity: retryIdentity, words: ({ cause }) => `top-up tried again: ${cause}` },
  'payment-reversal': {
    stored: paymentReversal,
    identity: ({ provider, taking }) => identity('taking', provider, taking),
    credited: ({ credits }) => credits,
    words: (entry) => `${entry.cause} of top-up ${entry.key} (${entry.provider} ${entry.taking})`,
  },
  reconciled: {
    stored: reconciled,
    identity: ({ epoch }, account) => identity('reconciled', account, String(epoch)),
    words: ({ epoch }) => `payments held against the log of epoch ${epoch}: automatic top-up goes on`,
  },
}
