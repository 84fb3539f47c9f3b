import { DAY_MS, type Instant } from '../time/instant.ts'
import type { CreditEntry } from './entry.ts'

/** What an operator wants of an account that takes a second operator's word: the entry as it will stand in the log. */
export interface Approval {
  readonly id: string
  readonly account: string
  /** `actor`: who asked, `at`: when. */
  readonly entry: CreditEntry
  /** `undefined`: another operator has not decided yet. */
  readonly decision: ApprovalDecision | undefined
  /** Where the entry stands; `undefined`: it is not written, or that was not noted. */
  readonly place: { readonly page: number; readonly position: number } | undefined
}

export interface ApprovalDecision {
  readonly kind: 'approved' | 'rejected'
  readonly by: string
  readonly at: Instant
  readonly word: string | undefined
}

export const approvalStates = ['pending', 'approved', 'written', 'rejected', 'expired'] as const
export type ApprovalState = (typeof approvalStates)[number]

/** A request that was not decided in this time is asked anew: who approves must still know why. */
const DECIDED_WITHIN_MS = 7 * DAY_MS

export const expiryOf = ({ entry }: Pick<Approval, 'entry'>): Instant => entry.at + DECIDED_WITHIN_MS

export function approvalState(approval: Approval, now: Instant): ApprovalState {
  const { decision, place } = approval
  if (place !== undefined) return 'written'
  if (decision !== undefined) return decision.kind
  return now >= expiryOf(approval) ? 'expired' : 'pending'
}

/**
 * The entry as it is written once a second operator approved it.
 *
 * @throws Error where that was not another person: it is never written
 */
export function approvedEntry({ id, entry, decision }: Approval, at: Instant): CreditEntry {
  if (decision?.kind !== 'approved' || decision.by === '' || decision.by === entry.actor)
    throw new Error(`approval ${id} has no word of a second operator`)
  return { ...entry, at, approvedBy: decision.by }
}
