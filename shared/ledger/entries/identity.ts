import { sha256, toBase64Url } from '../../digest/sha256.ts'

/**
 * Two requests with the same identity are the same entry, for ever (account-log, "Shape").
 *
 * Names hold no control characters, so NUL keeps the pieces apart and the text is injective.
 */
export type Identity = string & { readonly identity: unique symbol }

/** @param kind a word of its own for each way to name an entry: it keeps their ids apart */
export const identity = (kind: string, issuer: string, id: string): Identity => `${kind}\0${issuer}\0${id}` as Identity

/** A request of an admin: the account and its Idempotency-Key. */
export const requestIdentity = (account: string, key: string): Identity => identity('api', account, key)

/** The key of an identity's marker, and of an event on a shelf (contracts, "Tables"): 16 bytes of SHA-256, base64url. */
export const identityKey = (of: Identity): string => toBase64Url(sha256(of), 16)
