import { Problem, problemKinds } from './problems.ts'
import { clipped } from './refusal.ts'
import type { RouteSpec } from './route-table.ts'

/** Who asks: what the token says, which API Gateway's authorizer has checked. */
export interface Caller {
  /** The token's subject: the actor of everything it writes. */
  readonly subject: string
  /** The one account that the token may see; `undefined`: an operator's token. */
  readonly account: string | undefined
}

/** Claims as API Gateway hands them on. */
export type Claims = Readonly<Record<string, unknown>>

/** Nobody: on routes that are open to everyone. */
const nobody: Caller = { subject: '', account: undefined }

/** The subject goes into the log as actor: bounded like everything there. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,256}$/u

/**
 * Judges a request by its token once more: a route that the template opened by mistake stays shut.
 *
 * A route for operators takes no token of one account, whatever its scopes: an organisation must not grant itself credits.
 * Every other account is forbidden to a token of one, whether it is there or not: nobody can ask which accounts exist.
 *
 * @throws Problem
 */
export function callerOf(
  { scope }: Pick<RouteSpec, 'scope'>,
  claims: Claims | undefined,
  params: Readonly<Record<string, string>>,
): Caller {
  if (scope === undefined) return nobody
  const subject = claims?.['sub']
  if (claims === undefined || typeof subject !== 'string' || !SUBJECT.test(subject)) {
    throw new Problem('access.no-token', problemKinds['access.no-token'].example)
  }
  if (!scopesOf(claims).includes(scope)) {
    throw new Problem('access.scope', `this route needs a token with the scope ${scope}`)
  }
  const account = claims['account']
  if (account === undefined) return { subject, account: undefined }

  if (scope === 'operate') throw new Problem('access.operators-only', problemKinds['access.operators-only'].example)
  const asked = params['account']
  if (asked !== undefined && asked !== account) throw otherAccount(clipped(asked))
  return { subject, account: String(account) }
}

/**
 * The account that a query may look at: of a token of one account its own, whether it is named or not.
 *
 * @returns `undefined`: an operator asks for no account in particular
 * @throws Problem
 */
export function checkOwnAccount({ account }: Caller, asked: string | undefined): string | undefined {
  if (account !== undefined && asked !== undefined && asked !== account) throw otherAccount(clipped(asked))
  return account ?? asked
}

/** Separated by spaces (RFC 8693, 4.2). */
const scopesOf = (claims: Claims): readonly string[] =>
  typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : []

const otherAccount = (asked: string): Problem =>
  new Problem(
    'access.other-account',
    `this token belongs to one account, and that is not ${asked}; use a token of ${asked}, or an operator's`,
  )

export const noSuchAccount = (account: string): Problem =>
  new Problem('account.not-found', `there is no account ${account}; an operator opens it with POST /v1/accounts`)
