import * as z from 'zod/mini'
import type { CreditEntry } from '../ledger/entries/credit.ts'
import { fromStored, isCreditEntry, toStored } from '../ledger/entries/entries.ts'
import { storedCredits, storedInstant } from '../ledger/entries/entry-kind.ts'
import { DAY_MS, type Instant } from '../time/instant.ts'

const storedInvoice = z.readonly(
  z.object({
    kind: z.literal('invoice'),
    /** The Idempotency-Key of the request. */
    key: z.string(),
    actor: z.string(),
    /** The other operator who approved it; absent: it needed no approval. */
    approvedBy: z.optional(z.string()),
    at: storedInstant,
    /** The invoice's number. */
    reference: z.string(),
    /** `2026-12-24`. */
    dueOn: z.string(),
    credits: storedCredits,
  }),
)

/** An invoice whose credits an operator wants: the top-up and its entry are made when it is written. */
export type AskedInvoice = z.output<typeof storedInvoice>

/** An operator's request: an entry as it will be written, or an invoice. */
export type Asked = CreditEntry | AskedInvoice

const storedDecision = z.readonly(
  z.object({
    kind: z.enum(['approved', 'rejected']),
    by: z.string(),
    at: storedInstant,
    word: z.optional(z.string()),
  }),
)
export type ApprovalDecision = z.output<typeof storedDecision>

const storedFailure = z.readonly(
  z.object({
    /** Of the problem that refused it. */
    code: z.string(),
    detail: z.string(),
  }),
)
export type ApprovalFailure = z.output<typeof storedFailure>

const storedPlace = z.readonly(z.object({ page: z.number(), position: z.number() }))

/** An operator's request that needs a second operator. */
export interface Approval {
  readonly id: string
  readonly account: string
  /** `actor`: who asked, `at`: when. */
  readonly asked: Asked
  /** `undefined`: another operator has not decided yet. */
  readonly decision: ApprovalDecision | undefined
  /** Where the entry stands; `undefined`: it is not written, or that was not noted. */
  readonly place: z.output<typeof storedPlace> | undefined
  /** Why the log refused the approved entry. It is never written later. */
  readonly failure: ApprovalFailure | undefined
}

/** An entry as page format 1 stores it; an invoice beside it, since no entry has that kind. */
const storedAsked = z.codec(z.string(), z.custom<Asked>(), {
  decode: (text) => {
    const stored = JSON.parse(text)
    if (stored.kind === 'invoice') return storedInvoice.parse(stored)
    const entry = fromStored(stored)
    if (!isCreditEntry(entry)) throw new Error(`an approval of a ${entry.kind}`)
    return entry
  },
  encode: (asked) => JSON.stringify(asked.kind === 'invoice' ? z.encode(storedInvoice, asked) : toStored(asked)),
})

const asJson = <T extends z.ZodMiniType>(stored: T) =>
  z.optional(
    z.codec(z.string(), stored, { decode: (text) => JSON.parse(text), encode: (value) => JSON.stringify(value) }),
  )

/** As an item of the approvals' table. */
export const storedApproval = z.codec(
  z.object({
    part: z.string(),
    account: z.string(),
    entry: storedAsked,
    decision: asJson(storedDecision),
    place: asJson(storedPlace),
    failure: asJson(storedFailure),
  }),
  z.custom<Approval>(),
  {
    decode: ({ part, account, entry, decision, place, failure }) => ({
      id: part,
      account,
      asked: entry,
      decision,
      place,
      failure,
    }),
    encode: ({ id, asked, ...rest }) => ({ part: id, entry: asked, ...rest }),
  },
)

export const approvalStates = ['pending', 'approved', 'written', 'failed', 'rejected', 'expired'] as const
export type ApprovalState = (typeof approvalStates)[number]

/** An undecided request expires after this time: the approver must still know its reason. */
const DECIDED_WITHIN_MS = 7 * DAY_MS

/** From when on it can't be decided. */
export const expiryOf = ({ asked }: Pick<Approval, 'asked'>): Instant => asked.at + DECIDED_WITHIN_MS

/** What became of it as of a moment: `approved` is not written yet. */
export function approvalState(approval: Approval, now: Instant): ApprovalState {
  const { decision, place, failure } = approval
  if (place !== undefined) return 'written'
  if (failure !== undefined) return 'failed'
  if (decision !== undefined) return decision.kind
  return now >= expiryOf(approval) ? 'expired' : 'pending'
}

/**
 * The second operator who approved it.
 *
 * @throws Error where that was not another person: it is never written
 */
export function approverOf({ id, asked, decision }: Approval): string {
  if (decision?.kind !== 'approved' || decision.by === '' || decision.by === asked.actor)
    throw new Error(`approval ${id} has no word of a second operator`)
  return decision.by
}
