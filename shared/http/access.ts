import * as z from 'zod/mini'
import { Problem, problemKinds } from '../errors/problems.ts'
import { clipped } from '../errors/refusal.ts'
import { accountSchema, nameSchema } from '../usage/text.ts'
import type { Route } from './operation.ts'

/** Who asks: what the token says, which API Gateway's authorizer has checked. */
export interface Caller {
  /**
   * The caller's role: `operator` sees everything, `platform` asks before its users spend, `account` is a person of one
   * account, `member` a user of one, who sees only their own use. `public`: the route is open to everyone.
   */
  readonly kind: 'public' | 'operator' | 'platform' | 'account' | 'member'
  /** The token's subject: the actor of everything it writes. */
  readonly subject: string
  /** The one account that the token may see; `undefined`: all (operators, and the platform on its own routes). */
  readonly account: string | undefined
  /** The one user that a member's token may see. */
  readonly user: string | undefined
}

const everyone: Caller = { kind: 'public', subject: '', account: undefined, user: undefined }

/**
 * Checks a request's token again, after API Gateway: a route that the template opened by mistake stays shut.
 *
 * A token that names no account opens nothing of an account, unless it carries `operate` beside the route's scope, or asks as the
 * platform by `usage:check`: an identity provider that leaves the claim out must not make every admin an operator.
 * A route for operators takes no token of one account, whatever its scopes: an organisation must not grant itself credits.
 * A token of one account gets the same refusal for every other account, existing or not: it can't find out which accounts exist.
 *
 * @throws Problem
 * @see contracts.md, "HTTP API"
 */
export function callerOf(
  route: Pick<Route, 'scope' | 'isOwn'>,
  claims: Claims | undefined,
  params: Readonly<Record<string, string>>,
): Caller {
  if (route.scope === undefined) return everyone
  const { subject, scopes, account, user } = readClaims(claims ?? {})
  if (subject === undefined) throw refused('access.no-token')
  const isMember = !scopes.includes(route.scope)
  if (isMember && !(route.isOwn === true && scopes.includes('own:read'))) {
    throw new Problem('access.scope', `this route needs a token with the scope ${route.scope}`)
  }
  if (account.kind === 'odd') throw refused('access.no-account')
  if (account.kind === 'absent') {
    const isOperator = scopes.includes('operate')
    if (isMember || (!isOperator && route.scope !== 'usage:check')) throw refused('access.no-account')
    return { kind: isOperator ? 'operator' : 'platform', subject, account: undefined, user: undefined }
  }
  if (route.scope === 'operate') throw refused('access.operators-only')
  const caller = { subject, account: account.name, user: undefined }
  checkNamed(caller, { account: params['account'] })
  if (!isMember) return { kind: route.scope === 'usage:check' ? 'platform' : 'account', ...caller }
  if (user.kind !== 'named') throw refused('access.no-user')
  return { kind: 'member', ...caller, user: user.name }
}

/** The account and user that a part of a request (path, query or body) names. */
export interface Named {
  readonly account?: unknown
  readonly user?: unknown
}

/**
 * Refuses a request that names another account or user than the token may see. It runs for every part of every request,
 * so no route has to call it.
 *
 * @throws Problem
 */
export function checkNamed({ account, user }: Pick<Caller, 'account' | 'user'>, named: Named): void {
  if (account !== undefined && named.account !== undefined && named.account !== account)
    throw otherAccount(clipped(String(named.account)))
  if (user !== undefined && named.user !== undefined && named.user !== user) throw refused('access.other-user')
}

const refused = (code: `access.${string}` & keyof typeof problemKinds): Problem =>
  new Problem(code, problemKinds[code].example)

const otherAccount = (asked: string): Problem =>
  new Problem(
    'access.other-account',
    `this token belongs to one account, and that is not ${asked}; use a token of ${asked}, or an operator's`,
  )

/** Claims as API Gateway hands them on: texts, and lists as the text `[a b]` (AWS: "JWT authorizers"). */
export type Claims = Readonly<Record<string, unknown>>

/** What a token says of its bearer, read strictly: what can't be read opens nothing. */
interface ReadClaims {
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

function readClaims(claims: Claims): ReadClaims {
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
