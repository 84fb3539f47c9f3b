import type { MissingPrice } from '../../shared/rates/missing-price.ts'
import type { Unchargeable } from '../../shared/store/charge-usage.ts'
import type { Outcome } from '../../shared/store/outcomes.ts'
import { type RefusedReason, refusedUsage } from '../../shared/store/refused-usage.ts'
import { AHEAD_RECEIVES } from '../../shared/usage/limits.ts'
import type { InvalidReason } from '../../shared/usage/read-message.ts'
import type { UsageEvent } from '../../shared/usage/usage-event.ts'
import type { Delivered } from './read-batch.ts'

/** What becomes of one delivered event. */
export type Fate =
  | { readonly kind: 'charged' }
  | { readonly kind: 'replayed' }
  | { readonly kind: 'parked'; readonly event: UsageEvent; readonly missing: readonly MissingPrice[] }
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
  const refused = refusedUsage(event, outcome)
  if (refused !== undefined) return { kind: 'quarantined', ...refused }
  switch (outcome.kind) {
    case 'committed':
      return { kind: 'charged' }
    case 'replayed':
      return { kind: 'replayed' }
    case 'not-committed':
      return { kind: 'given-back', cause: outcome.cause }
    case 'refused':
      if (outcome.refusal.kind === 'not-yet') return { kind: 'given-back', cause: outcome.refusal.cause }
      if (outcome.refusal.kind === 'unpriced') return { kind: 'parked', event, missing: outcome.refusal.missing }
  }
  throw new Error(`no fate for ${outcome.kind}`)
}
