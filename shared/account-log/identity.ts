import { sha256, toBase64Url } from '../digest/sha256.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import type { Entry } from './entry.ts'

/**
 * What makes two requests the same entry, for ever (account-log, "Shape").
 *
 * Names hold no control characters, so NUL keeps the pieces apart and the text is injective.
 */
export type Identity = string & { readonly identity: unique symbol }

const identity = (kind: 'usage' | 'api', issuer: string, id: string): Identity =>
  `${kind}\0${issuer}\0${id}` as Identity

/** Source and id, nothing else: producers retry with a fresh time, a changed payload, even another account. */
export const usageIdentity = ({ source, id }: Pick<UsageEvent, 'source' | 'id'>): Identity =>
  identity('usage', source, id)

/** A request of an admin: the account and its Idempotency-Key. */
export const requestIdentity = (account: string, key: string): Identity => identity('api', account, key)

export function identityOf(entry: Entry, account: string): Identity {
  return entry.kind === 'charge' ? usageIdentity(entry) : requestIdentity(account, entry.key)
}

/** The key of an identity's marker, and of an event on a shelf (contracts, "Tables"): 16 bytes of SHA-256, base64url. */
export const identityKey = (of: Identity): string => toBase64Url(sha256(of), 16)
