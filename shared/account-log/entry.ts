import type { Credits } from '../money/amounts.ts'
import type { Instant } from '../time/instant.ts'
import type { UsageEvent } from '../usage/usage-event.ts'

/** What an account's own settings decide in its log. Amounts in credits. */
export interface Settings {
  /** A notice goes out when the balance falls below one of these. */
  readonly lowBalanceLevels: readonly Credits[]
}

/** Page 1: the account begins. */
export interface OpenEntry {
  readonly kind: 'open'
  /** The Idempotency-Key of the request. */
  readonly key: string
  readonly actor: string
  readonly at: Instant
  readonly settings: Settings
}

/** What every decision of a person about credits says. */
export interface Decision {
  /** The Idempotency-Key of the request. */
  readonly key: string
  readonly actor: string
  readonly at: Instant
  readonly reason: string
  readonly reference: string | undefined
  /** As they change the balance: what is taken has a minus. */
  readonly credits: Credits
}

/** Credits given. */
export interface GrantEntry extends Decision {
  readonly kind: 'grant'
}

/** Credits put right, in either direction. */
export interface AdjustmentEntry extends Decision {
  readonly kind: 'adjustment'
}

/** Credits of a charge given back, all or some; once for each charge. */
export interface RefundEntry extends Decision {
  readonly kind: 'refund'
  /** The usage event that was charged. */
  readonly of: Pick<UsageEvent, 'source' | 'id'>
}

/** A grant or an adjustment taken back whole; once for each. */
export interface ReversalEntry extends Decision {
  readonly kind: 'reversal'
  /** The Idempotency-Key that the original stands under. */
  readonly of: string
}

/**
 * A charge put right: from now on it has cost what a version of the rate card says. `credits` is what it had cost so far
 * minus that. Who used what, and when, is the charge's own: folds take it to where the charge stands.
 */
export interface ReratingEntry extends Decision, Pick<UsageEvent, 'time' | 'user' | 'group' | 'category' | 'service'> {
  readonly kind: 'rerating'
  readonly of: Pick<UsageEvent, 'source' | 'id'>
  /** Counts the re-ratings of this charge, from 1. */
  readonly nth: number
  readonly rateCard: number
}

/** An entry that moves credits by a person's decision. */
export type CreditEntry = GrantEntry | AdjustmentEntry | RefundEntry | ReversalEntry | ReratingEntry

/** The log was restored: what follows replaces the pages that once came after the page before this one. */
export interface RestoreEntry {
  readonly kind: 'restore'
  /**
   * Counts every restore of this log there ever was, also those whose own entry is gone, because a later one went back
   * to before it: markers were written in them too.
   */
  readonly epoch: number
  readonly key: string
  readonly actor: string
  readonly at: Instant
  readonly reason: string
}

/** A usage event that was charged. Quantities and version give `credits` again, to the last digit. */
export interface ChargeEntry extends Omit<UsageEvent, 'account'> {
  readonly kind: 'charge'
  readonly rateCard: number
  readonly credits: Credits
}

export type Entry = OpenEntry | CreditEntry | ChargeEntry | RestoreEntry

export const isCreditEntry = (entry: Entry): entry is CreditEntry =>
  entry.kind === 'grant' ||
  entry.kind === 'adjustment' ||
  entry.kind === 'refund' ||
  entry.kind === 'reversal' ||
  entry.kind === 'rerating'

/** What an entry does to the account's totals: `charged` is what usage cost; every decision of a person moves `credited`. */
export interface Effect {
  readonly credited: Credits | undefined
  readonly charged: Credits | undefined
}

export function effectOf(entry: Entry): Effect {
  switch (entry.kind) {
    case 'charge':
      return { credited: undefined, charged: entry.credits }
    case 'grant':
    case 'adjustment':
    case 'refund':
    case 'reversal':
    case 'rerating':
      return { credited: entry.credits, charged: undefined }
    case 'open':
    case 'restore':
      return { credited: undefined, charged: undefined }
  }
}
