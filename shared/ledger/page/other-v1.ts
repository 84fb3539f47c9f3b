import { credits, euros } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Window } from '../../time/window.ts'
import type { Category } from '../../usage/meters.ts'
import type {
  ChargeEntry,
  CreditEntry,
  Entry,
  PaymentReversalEntry,
  TopUpEndedEntry,
  TopUpRetryEntry,
} from '../entries/entry.ts'
import { fromGrant, fromLimits, type GrantV1, type LimitsV1, toGrant, toLimits } from './limits-v1.ts'
import { fromSettings, type SettingsV1, toSettings } from './settings-v1.ts'

interface Made {
  readonly key: string
  readonly actor: string
  readonly at: number
}

interface DecidedV1 extends Made {
  readonly approvedBy?: string
  readonly reason: string
  readonly reference?: string
  readonly credits: string
}

interface AskedV1 extends Made {
  readonly id: string
  readonly user: string
  readonly category: Category
  readonly window: Window
}

/** Format 1 of an entry beside charges: an object under its own names, since there are few. */
export type OtherV1 =
  | ({ readonly kind: 'open' | 'settings' } & SettingsV1 & Made)
  | ({
      readonly kind: 'top-up'
      readonly provider: string
      readonly payment: string
      readonly of?: string
      readonly month: string
      readonly day?: string
      readonly approvedBy?: string
      readonly paid: string
      readonly credits: string
    } & Made)
  | ({
      readonly kind: 'top-up-ended'
      readonly of: string
      readonly until?: number
      readonly declines: number
      readonly declineCode?: string
      readonly wanted: string
    } & Pick<TopUpEndedEntry, 'reason'> &
      Made)
  | ({ readonly kind: 'top-up-retry'; readonly of: string } & Pick<TopUpRetryEntry, 'cause'> & Made)
  | ({
      readonly kind: 'payment-reversal'
      readonly provider: string
      readonly payment: string
      readonly taking: string
      readonly credits: string
    } & Pick<PaymentReversalEntry, 'cause'> &
      Made)
  | ({ readonly kind: 'grant' | 'adjustment' } & DecidedV1)
  | ({ readonly kind: 'refund'; readonly source: string; readonly id: string } & DecidedV1)
  | ({ readonly kind: 'reversal'; readonly of: string } & DecidedV1)
  | ({
      readonly kind: 'rerating'
      readonly source: string
      readonly id: string
      readonly nth: number
      readonly time: number
      readonly user: string
      readonly group?: string
      readonly category: Category
      readonly service: string
      readonly rateCard: number
    } & DecidedV1)
  | ({ readonly kind: 'limits'; readonly settings: LimitsV1; readonly previous: number } & Made)
  | ({
      readonly kind: 'user-tiers'
      readonly part: number
      readonly tiers: readonly (readonly [user: string, tier: string | null])[]
    } & Made)
  | ({
      readonly kind: 'upgrade-request'
      readonly nth: number
      readonly wish: GrantV1
      readonly reason: string
    } & AskedV1)
  | ({ readonly kind: 'upgrade-decision'; readonly granted: GrantV1; readonly word?: string } & AskedV1)
  | ({ readonly kind: 'restore'; readonly epoch: number; readonly reason: string; readonly holdsTopUps?: true } & Made)
  | ({ readonly kind: 'reconciled'; readonly epoch: number } & Made)
  | ({ readonly kind: 'top-up-wanted'; readonly paid: string } & Made)
  | ({ readonly kind: 'top-up-not-paid'; readonly leftOn?: number } & Made)

export function toOther(entry: Exclude<Entry, ChargeEntry>): OtherV1 {
  const { key, actor, at } = entry
  switch (entry.kind) {
    case 'open':
    case 'settings':
      return { kind: entry.kind, key, actor, at, ...toSettings(entry.settings) }
    case 'top-up': {
      const { kind, provider, payment, of, month, day } = entry
      const who = { key, actor, ...approverIn(entry) }
      const amounts = { paid: plain(entry.paid), credits: plain(entry.credits) }
      const counted = { ...(of !== undefined && { of }), month, ...(day !== undefined && { day }) }
      return { kind, ...who, at, provider, payment, ...counted, ...amounts }
    }
    case 'top-up-ended': {
      const { kind, of, reason, until, declines, declineCode } = entry
      const said = { of, reason, ...(until !== undefined && { until }), declines, ...(declineCode && { declineCode }) }
      return { kind, key, actor, at, ...said, wanted: plain(entry.wanted) }
    }
    case 'top-up-retry':
      return { kind: entry.kind, key, actor, at, of: entry.of, cause: entry.cause }
    case 'payment-reversal': {
      const { kind, provider, payment, taking, cause } = entry
      return { kind, key, actor, at, provider, payment, taking, cause, credits: plain(entry.credits) }
    }
    case 'grant':
    case 'adjustment':
      return { kind: entry.kind, ...toDecided(entry) }
    case 'refund':
      return { kind: 'refund', source: entry.of.source, id: entry.of.id, ...toDecided(entry) }
    case 'reversal':
      return { kind: 'reversal', of: entry.of, ...toDecided(entry) }
    case 'rerating': {
      const { nth, time, user, group, category, service, rateCard } = entry
      const charge = { time, user, ...(group !== undefined && { group }), category, service }
      return {
        kind: 'rerating',
        source: entry.of.source,
        id: entry.of.id,
        nth,
        ...charge,
        rateCard,
        ...toDecided(entry),
      }
    }
    case 'limits':
      return { kind: 'limits', key, actor, at, settings: toLimits(entry.settings), previous: entry.previous }
    case 'user-tiers': {
      const tiers = entry.tiers.map(([user, tier]) => [user, tier ?? null] as const)
      return { kind: 'user-tiers', key, actor, at, part: entry.part, tiers }
    }
    case 'upgrade-request': {
      const { kind, id, user, category, window, nth, reason } = entry
      return { kind, key, actor, at, id, user, category, window, nth, wish: toGrant(entry.wish), reason }
    }
    case 'upgrade-decision': {
      const { kind, id, user, category, window, word } = entry
      const granted = toGrant(entry.granted)
      return { kind, key, actor, at, id, user, category, window, granted, ...(word !== undefined && { word }) }
    }
    case 'restore':
      return { kind: 'restore', epoch: entry.epoch, key, actor, at, reason: entry.reason, ...holding(entry) }
    case 'reconciled':
      return { kind: 'reconciled', key, actor, at, epoch: entry.epoch }
    case 'top-up-wanted':
      return { kind: 'top-up-wanted', key, actor, at, paid: plain(entry.paid) }
    case 'top-up-not-paid':
      return { kind: 'top-up-not-paid', key, actor, at, ...(entry.leftOn && { leftOn: entry.leftOn }) }
  }
}

const holding = ({ holdsTopUps }: { readonly holdsTopUps?: true }) => (holdsTopUps ? { holdsTopUps } : {})

const approverIn = ({ approvedBy }: { readonly approvedBy?: string }) =>
  approvedBy === undefined ? {} : { approvedBy }

function toDecided({ key, actor, approvedBy, at, reason, reference, credits: amount }: CreditEntry): DecidedV1 {
  return {
    key,
    actor,
    ...(approvedBy !== undefined && { approvedBy }),
    at,
    reason,
    ...(reference !== undefined && { reference }),
    credits: plain(amount),
  }
}

/** @throws RangeError for a kind that format 1 does not have */
export function fromOther(other: OtherV1): Entry {
  const { key, actor, at } = other
  switch (other.kind) {
    case 'open':
    case 'settings':
      return { kind: other.kind, key, actor, at, settings: fromSettings(other) }
    case 'top-up': {
      const { kind, provider, payment, of, month, day } = other
      const amounts = { paid: euros(other.paid), credits: credits(other.credits) }
      const who = { key, actor, ...approverIn(other) }
      return { kind, ...who, at, provider, payment, of, month, ...(day !== undefined && { day }), ...amounts }
    }
    case 'top-up-ended': {
      const { kind, of, reason, until, declines, declineCode } = other
      return { kind, key, actor, at, of, reason, until, declines, declineCode, wanted: credits(other.wanted) }
    }
    case 'top-up-retry':
      return { kind: other.kind, key, actor, at, of: other.of, cause: other.cause }
    case 'payment-reversal': {
      const { kind, provider, payment, taking, cause } = other
      return { kind, key, actor, at, provider, payment, taking, cause, credits: credits(other.credits) }
    }
    case 'grant':
    case 'adjustment':
      return { kind: other.kind, ...fromDecided(other) }
    case 'refund':
      return { kind: 'refund', of: { source: other.source, id: other.id }, ...fromDecided(other) }
    case 'reversal':
      return { kind: 'reversal', of: other.of, ...fromDecided(other) }
    case 'rerating': {
      const { source, id, nth, time, user, group, category, service, rateCard } = other
      const charge = { time, user, group, category, service }
      return { kind: 'rerating', of: { source, id }, nth, ...charge, rateCard, ...fromDecided(other) }
    }
    case 'limits':
      return { kind: 'limits', key, actor, at, settings: fromLimits(other.settings), previous: other.previous }
    case 'user-tiers': {
      const tiers = other.tiers.map(([user, tier]) => [user, tier ?? undefined] as const)
      return { kind: 'user-tiers', key, actor, at, part: other.part, tiers }
    }
    case 'upgrade-request': {
      const { kind, id, user, category, window, nth, reason } = other
      const wish = fromGrant(other.wish)
      if (wish.kind === 'nothing') throw new RangeError(`the upgrade request ${id} asks for nothing`)
      return { kind, key, actor, at, id, user, category, window, nth, wish, reason }
    }
    case 'upgrade-decision': {
      const { kind, id, user, category, window, word } = other
      return { kind, key, actor, at, id, user, category, window, granted: fromGrant(other.granted), word }
    }
    case 'restore':
      return { kind: 'restore', epoch: other.epoch, key, actor, at, reason: other.reason, ...holding(other) }
    case 'reconciled':
      return { kind: 'reconciled', key, actor, at, epoch: other.epoch }
    case 'top-up-wanted':
      return { kind: 'top-up-wanted', key, actor, at, paid: euros(other.paid) }
    case 'top-up-not-paid':
      return { kind: 'top-up-not-paid', key, actor, at, ...(other.leftOn && { leftOn: other.leftOn }) }
    default:
      throw new RangeError(`no such entry: ${JSON.stringify(other).slice(0, 100)}`)
  }
}

function fromDecided({
  key,
  actor,
  approvedBy,
  at,
  reason,
  reference,
  credits: amount,
}: DecidedV1): Omit<CreditEntry, 'kind' | 'of'> {
  const who = { key, actor, ...(approvedBy !== undefined && { approvedBy }) }
  return { ...who, at, reason, reference, credits: credits(amount) }
}
