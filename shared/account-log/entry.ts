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

/** Credits given by an admin. */
export interface GrantEntry {
  readonly kind: 'grant'
  readonly key: string
  readonly actor: string
  readonly at: Instant
  readonly reason: string
  readonly reference: string | undefined
  readonly credits: Credits
}

/** A usage event that was charged. Quantities and version give `credits` again, to the last digit. */
export interface ChargeEntry extends Omit<UsageEvent, 'account'> {
  readonly kind: 'charge'
  readonly rateCard: number
  readonly credits: Credits
}

export type Entry = OpenEntry | GrantEntry | ChargeEntry

/** What an entry adds to the account's credits, or takes off them. */
export interface Effect {
  readonly credited: Credits | undefined
  readonly charged: Credits | undefined
}

export function effectOf(entry: Entry): Effect {
  if (entry.kind === 'charge') return { credited: undefined, charged: entry.credits }
  if (entry.kind === 'grant') return { credited: entry.credits, charged: undefined }
  return { credited: undefined, charged: undefined }
}
