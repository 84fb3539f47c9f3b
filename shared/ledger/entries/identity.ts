import { sha256, toBase64Url } from '../../digest/sha256.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import type { TopUpPlace } from '../tally/top-up-state.ts'
import type { Entry, TopUpRetryEntry, UpgradeRequestEntry } from './entry.ts'

/**
 * What makes two requests the same entry, for ever (account-log, "Shape").
 *
 * Names hold no control characters, so NUL keeps the pieces apart and the text is injective.
 */
export type Identity = string & { readonly identity: unique symbol }

type Kind =
  | 'usage'
  | 'open'
  | 'api'
  | 'refund'
  | 'reversal'
  | 'rerating'
  | 'payment'
  | 'taking'
  | 'top-up-ended'
  | 'top-up-due'
  | 'payment-method'
  | 'reconciled'
  | 'top-up-wanted'
  | 'top-up-not-paid'
  | 'user-tiers'
  | 'upgrade-request'
  | 'upgrade-decision'

const identity = (kind: Kind, issuer: string, id: string): Identity => `${kind}\0${issuer}\0${id}` as Identity

/** Source and id, nothing else: producers retry with a fresh time, a changed payload, even another account. */
export const usageIdentity = ({ source, id }: Pick<UsageEvent, 'source' | 'id'>): Identity =>
  identity('usage', source, id)

/** A request of an admin: the account and its Idempotency-Key. */
export const requestIdentity = (account: string, key: string): Identity => identity('api', account, key)

/** A refund: the charge, so that each is refunded once at most. */
export const refundIdentity = ({ source, id }: Pick<UsageEvent, 'source' | 'id'>): Identity =>
  identity('refund', source, id)

/** The nth re-rating of a charge: two that were decided without knowing of each other can't both be written. */
export const reratingIdentity = ({ source, id }: Pick<UsageEvent, 'source' | 'id'>, nth: number): Identity =>
  identity('rerating', source, `${id}\0${nth}`)

/** A reversal: the entry taken back, so that each is reversed once at most. */
const reversalIdentity = (account: string, of: string): Identity => identity('reversal', account, of)

/** A payment at a provider: credited once, to whichever account saw it first. */
export const paymentIdentity = (provider: string, payment: string): Identity => identity('payment', provider, payment)

/** A refund, a dispute, or its being won. */
const takingIdentity = (provider: string, taking: string): Identity => identity('taking', provider, taking)

/** The end of an automatic top-up. */
const endedIdentity = (account: string, of: TopUpPlace): Identity => identity('top-up-ended', account, of)

/** What waits after a top-up is due once. */
const dueIdentity = (account: string, of: TopUpPlace): Identity => identity('top-up-due', account, of)

export function identityOf(entry: Entry, account: string): Identity {
  switch (entry.kind) {
    case 'charge':
      return usageIdentity(entry)
    case 'refund':
      return refundIdentity(entry.of)
    case 'rerating':
      return reratingIdentity(entry.of, entry.nth)
    case 'reversal':
      return reversalIdentity(account, entry.of)
    case 'top-up':
      return paymentIdentity(entry.provider, entry.payment)
    case 'payment-reversal':
      return takingIdentity(entry.provider, entry.taking)
    case 'top-up-ended':
      return endedIdentity(account, entry.of)
    case 'top-up-retry':
      return retryIdentity(account, entry)
    case 'top-up-wanted':
      return identity(entry.kind, account, entry.key)
    case 'top-up-not-paid':
      return identity(entry.kind, account, entry.leftOn === undefined ? entry.key : `${entry.key}\0${entry.leftOn}`)
    case 'reconciled':
      return identity('reconciled', account, String(entry.epoch))
    // Page 1 takes no marker, so its key must not stand in the way of another request's.
    case 'open':
      return identity('open', account, entry.key)
    case 'user-tiers':
      return identity('user-tiers', account, `${entry.key}\0${entry.part}`)
    case 'upgrade-request':
      return upgradeIdentity(account, entry)
    case 'upgrade-decision':
      return decisionIdentity(account, entry.id)
    case 'grant':
    case 'adjustment':
    case 'settings':
    case 'limits':
    case 'restore':
      return requestIdentity(account, entry.key)
  }
}

/** The decision of an upgrade request: one for each. */
export const decisionIdentity = (account: string, request: string): Identity =>
  identity('upgrade-decision', account, request)

/** The nth request of a user for a category in a window: of two that don't know of each other one alone is written. */
const upgradeIdentity = (account: string, { user, category, window, nth }: UpgradeRequestEntry): Identity =>
  identity('upgrade-request', account, `${user}\0${category}\0${window.key}\0${nth}`)

function retryIdentity(account: string, { cause, of, key }: TopUpRetryEntry): Identity {
  switch (cause) {
    case 'due':
      return dueIdentity(account, of)
    case 'admin':
      return requestIdentity(account, key)
    case 'payment-method':
      return identity('payment-method', account, key)
  }
}

/** The key of an identity's marker, and of an event on a shelf (contracts, "Tables"): 16 bytes of SHA-256, base64url. */
export const identityKey = (of: Identity): string => toBase64Url(sha256(of), 16)
