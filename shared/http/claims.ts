import * as z from 'zod/mini'
import { accountSchema, nameSchema } from '../usage/text.ts'

/** Claims as API Gateway hands them on: texts, and lists as the text `[a b]` (AWS: "JWT authorizers"). */
export type Claims = Readonly<Record<string, unknown>>

/** What a token says of its bearer, read strictly: what can't be read opens nothing. */
export interface ReadClaims {
  /** `undefined`: the token names no subject that can stand in a log. */
  readonly subject: string | undefined
  readonly scopes: readonly string[]
  readonly account: NameClaim
  readonly user: NameClaim
}

type NameClaim =
  | { readonly kind: 'absent' }
  | { readonly kind: 'named'; readonly name: string }
  /** It is there and names nothing: a list, a number, an empty text. */
  | { readonly kind: 'odd' }

/** The subject goes into the log as actor: bounded like everything there. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,256}$/u

const LIST = /^\[(.*)\]$/s

export function readClaims(claims: Claims): ReadClaims {
  const subject = claims['sub']
  return {
    subject: typeof subject === 'string' && SUBJECT.test(subject) ? subject : undefined,
    // RFC 8693 has `scope`; Okta and Entra send `scp`. API Gateway takes either.
    scopes: scopesIn(claims['scope'] ?? claims['scp']),
    account: nameIn(claims['account'], accountSchema),
    user: nameIn(claims['user'], nameSchema),
  }
}

/** Separated by spaces (RFC 8693, 4.2), or a list. */
function scopesIn(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.filter((scope) => typeof scope === 'string')
  if (typeof claim !== 'string') return []
  return (LIST.exec(claim)?.[1] ?? claim).split(' ')
}

/** A list of names is odd even where it has one: which of them is meant is not ours to guess. */
function nameIn(claim: unknown, schema: typeof accountSchema): NameClaim {
  if (claim === undefined) return { kind: 'absent' }
  const read = z.safeParse(schema, claim)
  return read.success && !LIST.test(read.data) ? { kind: 'named', name: read.data } : { kind: 'odd' }
}
