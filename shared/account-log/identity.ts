import { sha256, toBase64Url } from '../digest/sha256.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import type { Entry } from './entry.ts'

/**
 * What makes two requests the same entry, for ever (account-log, "Shape").
 *
 * Names hold no control characters, so NUL keeps the pieces apart and the text is injective.
 */
export type Identity = string & { readonly identity: unique symbol }

type Kind = 'usage' | 'open' | 'api' | 'refund' | 'reversal' | 'rerating'

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
export const reversalIdentity = (account: string, of: string): Identity => identity('reversal', account, of)

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
    // Page 1 takes no marker, so its key must not stand in the way of another request's.
    case 'open':
      return identity('open', account, entry.key)
    case 'grant':
    case 'adjustment':
    case 'restore':
      return requestIdentity(account, entry.key)
  }
}

/** The key of an identity's marker, and of an event on a shelf (contracts, "Tables"): 16 bytes of SHA-256, base64url. */
export const identityKey = (of: Identity): string => toBase64Url(sha256(of), 16)
