import type { CreditEntry } from '../ledger/entries/credit.ts'
import type { Credits } from '../money/amounts.ts'
import { DAY_MS, type Instant } from '../time/instant.ts'

/** An invoice whose credits an operator wants: the top-up and its entry are made when it is written. */
export interface AskedInvoice {
  readonly kind: 'invoice'
  /** The Idempotency-Key of the request. */
  readonly key: string
  readonly actor: string
  /** The other operator who approved it; absent: it needed no approval. */
  readonly approvedBy?: string
  readonly at: Instant
  /** The invoice's number. */
  readonly reference: string
  /** `2026-12-24`. */
  readonly dueOn: string
  readonly credits: Credits
}

/** An operator's request: an entry as it will be written, or an invoice. */
export type Asked = CreditEntry | AskedInvoice

/** An operator's request that needs a second operator. */
export interface Approval {
  readonly id: string
  readonly account: string
  /** `actor`: who asked, `at`: when. */
  readonly asked: Asked
  /** `undefined`: another operator has not decided yet. */
  readonly decision: ApprovalDecision | undefined
  /** The place of the entry; `undefined`: it is not written, or its place was not stored. */
  readonly place: { readonly page: number; readonly position: number } | undefined
  /** Why the log refused the approved entry. It is never written later. */
  readonly failure: ApprovalFailure | undefined
}

export interface ApprovalDecision {
  readonly kind: 'approved' | 'rejected'
  readonly by: string
  readonly at: Instant
  readonly word: string | undefined
}

export interface ApprovalFailure {
  /** Of the problem that refused it. */
  readonly code: string
  readonly detail: string
}

export const approvalStates = ['pending', 'approved', 'written', 'failed', 'rejected', 'expired'] as const
export type ApprovalState = (typeof approvalStates)[number]

/** An undecided request expires after this time: the approver must still know its reason. */
const DECIDED_WITHIN_MS = 7 * DAY_MS

export const expiryOf = ({ asked }: Pick<Approval, 'asked'>): Instant => asked.at + DECIDED_WITHIN_MS

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
