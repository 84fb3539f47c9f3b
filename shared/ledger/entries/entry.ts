import type { Credits, Euros } from '../../money/amounts.ts'
import type { TakingCause } from '../../money/taking-causes.ts'
import type { Instant } from '../../time/instant.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import type { TopUpPlace, WaitReason } from '../tally/top-up-state.ts'
import type { AutoTopUp } from './auto-top-up.ts'
import type { LimitSettings } from './limit-settings.ts'
import type { Grant, UpgradeRequest } from './upgrade-request.ts'

/** What an account's own settings decide in its log. Amounts in credits. */
export interface Settings {
  /** A notice goes out when the balance falls below one of these. */
  readonly lowBalanceLevels: readonly Credits[]
  /** The same, in percent of what the newest top-up credited; absent: none. */
  readonly lowBalanceShares?: readonly number[]
  /** Absent: automatic top-up is off. */
  readonly autoTopUp?: AutoTopUp
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

/** The account's settings from this page on, all of them. */
export interface SettingsEntry extends Omit<OpenEntry, 'kind'> {
  readonly kind: 'settings'
}

/** What every decision of a person about credits says. */
export interface Decision {
  /** The Idempotency-Key of the request. */
  readonly key: string
  /** Who asked for it. */
  readonly actor: string
  /** The other operator who approved it; absent: it needed no approval. */
  readonly approvedBy?: string
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
interface ReversalEntry extends Decision {
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

/** What every entry about a top-up says. */
interface OfTopUp {
  /** The top-up, within the account; of a retry by a person, the Idempotency-Key. */
  readonly key: string
  readonly actor: string
  readonly at: Instant
}

/** Credits bought. One entry a payment, whoever sees it first: a payment that was taken is credited, once. */
export interface TopUpEntry extends OfTopUp {
  readonly kind: 'top-up'
  readonly provider: string
  /** The provider's id; of an invoice, its number. */
  readonly payment: string
  /** Where it was opened; `undefined`: a person wanted it. */
  readonly of: TopUpPlace | undefined
  /** Of an automatic one, the calendar month that it counts in: `2026-11`. */
  readonly month: string
  /** Of one that a person wanted, the day that it counts in: `2026-11-24`. Absent: it was wanted before purchases were counted. */
  readonly day?: string
  /** Of an invoice, the other operator who approved it; absent: it needed no approval. */
  readonly approvedBy?: string
  readonly paid: Euros
  readonly credits: Credits
}

/** A person wants to buy credits through the provider: it counts towards the caps from here on. Once for each. */
export interface TopUpWantedEntry extends OfTopUp {
  readonly kind: 'top-up-wanted'
  readonly paid: Euros
}

/** One that a person wanted did not come to a payment: it counts no more. */
export interface TopUpNotPaidEntry extends OfTopUp {
  readonly kind: 'top-up-not-paid'
  /** The page that still counted it, though it had ended before or its record was lost. Absent: it ended here. */
  readonly leftOn?: number
}

/** An automatic top-up that did not come to a payment. */
export interface TopUpEndedEntry extends OfTopUp {
  readonly kind: 'top-up-ended'
  readonly of: TopUpPlace
  /** `off`: switched off meanwhile; `not-needed`: credits came from elsewhere. */
  readonly reason: WaitReason | 'off' | 'not-needed'
  /** When the next try is due; `undefined`: it is judged again at once. */
  readonly until: Instant | undefined
  /** How much this counts towards suspension: 1 a decline, all that there are a hard one. */
  readonly declines: number
  /** The provider's code of a decline. */
  readonly declineCode: string | undefined
  /** What it would have bought. */
  readonly wanted: Credits
}

/** A top-up that waits, or stopped, is judged again. */
export interface TopUpRetryEntry extends OfTopUp {
  readonly kind: 'top-up-retry'
  /** Of what waited. */
  readonly of: TopUpPlace
  readonly cause: 'due' | 'admin' | 'payment-method'
}

/** Money of a payment went back to the payer, or came again: so do its credits. One entry a refund, dispute, dispute won, refund failed. */
export interface PaymentReversalEntry extends OfTopUp {
  readonly kind: 'payment-reversal'
  readonly provider: string
  readonly payment: string
  readonly taking: string
  readonly cause: TakingCause
  /** As they change the balance. */
  readonly credits: Credits
}

/** Every payment of the account was held against its restored log: automatic top-up goes on. Once for each epoch. */
export interface ReconciledEntry extends OfTopUp {
  readonly kind: 'reconciled'
  /** The epoch whose restore made it wait. */
  readonly epoch: number
}

/** An entry about buying credits. */
export type TopUpLogEntry =
  | TopUpEntry
  | TopUpWantedEntry
  | TopUpNotPaidEntry
  | TopUpEndedEntry
  | TopUpRetryEntry
  | PaymentReversalEntry
  | ReconciledEntry

/** What every entry about limits says. */
interface OfLimits {
  /** The Idempotency-Key of the request. */
  readonly key: string
  readonly actor: string
  readonly at: Instant
}

/** All that is set about limits, from this entry on. */
export interface LimitsEntry extends OfLimits {
  readonly kind: 'limits'
  readonly settings: LimitSettings
  /** The page that set them before; 0: none did. */
  readonly previous: number
}

/** Who is in which tier from this entry on; `undefined`: in that of users nobody assigned. */
export interface UserTiersEntry extends OfLimits {
  readonly kind: 'user-tiers'
  /** Counts the entries of one request, from 1: many users take several. */
  readonly part: number
  readonly tiers: readonly (readonly [user: string, tier: string | undefined])[]
}

/** A user at a limit asks for more. */
export interface UpgradeRequestEntry extends OfLimits, Omit<UpgradeRequest, 'at'> {
  readonly kind: 'upgrade-request'
}

/** An admin decided an upgrade request: once for each. What is granted counts from this entry on. */
export interface UpgradeDecisionEntry extends OfLimits, Pick<UpgradeRequest, 'id' | 'user' | 'category' | 'window'> {
  readonly kind: 'upgrade-decision'
  readonly granted: Grant
  /** Said to the user. */
  readonly word: string | undefined
}

/** An entry about limits and who may spend what. */
export type LimitsLogEntry = LimitsEntry | UserTiersEntry | UpgradeRequestEntry | UpgradeDecisionEntry

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
  /** Automatic top-up waits from here on, until an entry says that this epoch is reconciled. Absent: it went on. */
  readonly holdsTopUps?: true
}

/** A usage event that was charged. Quantities and version give `credits` again, to the last digit. */
export interface ChargeEntry extends Omit<UsageEvent, 'account'> {
  readonly kind: 'charge'
  readonly rateCard: number
  readonly credits: Credits
}

export type Entry =
  | OpenEntry
  | SettingsEntry
  | CreditEntry
  | TopUpLogEntry
  | LimitsLogEntry
  | ChargeEntry
  | RestoreEntry

/** The settings that these entries make; `undefined`: they leave them as they are. */
export const settingsIn = (entries: readonly Entry[]): Settings | undefined =>
  entries.findLast((entry): entry is OpenEntry | SettingsEntry => entry.kind === 'open' || entry.kind === 'settings')
    ?.settings

export const isCreditEntry = (entry: Entry): entry is CreditEntry =>
  entry.kind === 'grant' ||
  entry.kind === 'adjustment' ||
  entry.kind === 'refund' ||
  entry.kind === 'reversal' ||
  entry.kind === 'rerating'

/** What an entry does to the account's totals: `charged` is what usage cost; all that is bought or decided moves `credited`. */
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
    case 'top-up':
    case 'payment-reversal':
      return { credited: entry.credits, charged: undefined }
    case 'open':
    case 'settings':
    case 'top-up-ended':
    case 'top-up-retry':
    case 'top-up-wanted':
    case 'top-up-not-paid':
    case 'reconciled':
    case 'limits':
    case 'user-tiers':
    case 'upgrade-request':
    case 'upgrade-decision':
    case 'restore':
      return { credited: undefined, charged: undefined }
  }
}
