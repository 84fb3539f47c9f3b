import type { Outcome } from '../../shared/store/outcomes.ts'
import type { RatesNotFresh } from '../../shared/store/warm-catalogue.ts'
import { AHEAD_RECEIVES } from '../../shared/usage/limits.ts'
import type { Meter } from '../../shared/usage/meters.ts'
import type { InvalidReason } from '../../shared/usage/read-message.ts'
import type { UsageEvent } from '../../shared/usage/usage-event.ts'
import type { Delivered } from './read-batch.ts'

/** Why a readable event is never charged, beside what reading it finds wrong. Stable: people search for it. */
export type RefusedReason = 'event.ahead' | 'event.conflict' | 'event.cost' | 'account.unknown'

/** What becomes of one delivered event. */
export type Fate =
  | { readonly kind: 'charged' }
  | { readonly kind: 'replayed' }
  | { readonly kind: 'parked'; readonly event: UsageEvent; readonly missing: readonly Meter[] }
  | {
      readonly kind: 'quarantined'
      readonly reason: InvalidReason | RefusedReason
      readonly path: string
      readonly detail: string
    }
  | { readonly kind: 'given-back'; readonly cause: unknown }

export interface Fated extends Delivered {
  readonly fate: Fate
}

/** Why an event that reads well has no price to charge. */
export type Unchargeable =
  /** A price could still change before the event's time. */
  | { readonly kind: 'not-yet'; readonly cause: RatesNotFresh }
  | { readonly kind: 'unpriced'; readonly missing: readonly Meter[] }
  | { readonly kind: 'out-of-range' }

/** The fate of what needs no look at a log; `undefined` for an event that does. */
export function fateByReading({ message, read }: Delivered): Fate | undefined {
  if (read.kind === 'event') return undefined
  if (read.kind === 'invalid') return { kind: 'quarantined', reason: read.reason, path: read.path, detail: read.detail }
  if (message.receives < AHEAD_RECEIVES)
    return { kind: 'given-back', cause: new Error(`from the future: ${read.detail}`) }
  return { kind: 'quarantined', reason: 'event.ahead', path: '/time', detail: read.detail }
}

/** The fate of an event by what the log said. */
export function fateByOutcome(event: UsageEvent, outcome: Outcome<Unchargeable>): Fate {
  switch (outcome.kind) {
    case 'committed':
      return { kind: 'charged' }
    case 'replayed':
      return { kind: 'replayed' }
    case 'conflict':
      return quarantined('event.conflict', '/id', conflictText(outcome.differs))
    case 'no-account':
      return quarantined(
        'account.unknown',
        '/subject',
        `no account ${event.account} is open; open it and publish again`,
      )
    case 'not-committed':
      return { kind: 'given-back', cause: outcome.cause }
    case 'refused':
      if (outcome.refusal.kind === 'not-yet') return { kind: 'given-back', cause: outcome.refusal.cause }
      if (outcome.refusal.kind === 'unpriced') return { kind: 'parked', event, missing: outcome.refusal.missing }
      return quarantined('event.cost', '/data/quantities', 'costs more than ten million euros, the most one event may')
  }
}

const conflictText = (differs: readonly string[]): string =>
  differs.includes('account')
    ? 'this source and id were sent for another account before; an id belongs to one account'
    : `an event with this source and id is charged already; it differs in ${differs.join(', ')}`

const quarantined = (reason: RefusedReason, path: string, detail: string): Fate => ({
  kind: 'quarantined',
  reason,
  path,
  detail,
})
