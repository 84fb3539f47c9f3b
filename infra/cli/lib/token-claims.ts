import * as z from 'zod/mini'
import { didYouMean } from '../../../shared/text/did-you-mean.ts'
import { accountSchema, nameSchema } from '../../../shared/usage/text.ts'
import type { TokenClaims } from '../../local/http/issuer.ts'
import { DEMO_ACCOUNT } from '../demo/demo-account.ts'
import { misused } from './failure.ts'

/** Who is to call the API, and what for. */
export interface WantedToken {
  readonly scopes?: readonly string[] | undefined
  readonly account?: string | undefined
  readonly member?: string | undefined
  readonly subject?: string | undefined
}

const known = ['usage:check', 'account:read', 'account:admin', 'own:read', 'operate'] as const

export const OPERATOR_SCOPES = 'operate account:read account:admin usage:check'
const ADMIN_SCOPES = 'account:read account:admin'

/**
 * The claims of a token: an operator's, unless a scope, an account or a member is named.
 *
 * @throws Failure for what the API takes for no claim, and for a token that would open nothing
 */
export function claimsOf({ scopes, account, member, subject }: WantedToken): TokenClaims {
  for (const scope of scopes ?? []) if (!isScope(scope)) throw misused(unknownScope(scope))
  if (account !== undefined && !z.safeParse(accountSchema, account).success)
    throw misused(`--account ${account}: expected 2 to 63 lower-case letters, digits or hyphens`)
  if (member !== undefined && !z.safeParse(nameSchema, member).success)
    throw misused(`--member ${member}: expected 1 to 128 characters`)

  const scope = scopes?.join(' ') ?? usualScopes(account, member)
  const held = scope.split(' ')
  const isMember = held.includes('own:read')
  if (isMember && member === undefined) throw misused('own:read is of one user; name the user with --member')
  if (member !== undefined && !isMember)
    throw misused(`--member needs own:read among the scopes, and not only ${scope}`)
  const of = account ?? (member === undefined ? undefined : DEMO_ACCOUNT)
  if (of === undefined && held.some((one) => one.startsWith('account:')) && !held.includes('operate'))
    throw misused('account:read and account:admin open nothing without an account; name it with --account')
  return {
    sub: subject ?? usualSubject(held, of, member),
    scope,
    account: of,
    user: member,
  }
}

function usualScopes(account: string | undefined, member: string | undefined): string {
  if (member !== undefined) return 'own:read'
  return account === undefined ? OPERATOR_SCOPES : ADMIN_SCOPES
}

function usualSubject(held: readonly string[], account: string | undefined, member: string | undefined): string {
  if (member !== undefined) return `${member}@${account}`
  if (held.includes('account:read') && account !== undefined) return `admin@${account}`
  return held.includes('operate') ? 'operator' : 'platform'
}

/** What a token opens, in a line. */
export function describedClaims({ sub, scope, account, user }: TokenClaims): string {
  const whose = account === undefined ? 'all accounts' : `account ${account}`
  return `${scope} of ${user === undefined ? whose : `user ${user} of ${whose}`}, as ${sub}`
}

const isScope = (scope: string): boolean => known.some((one) => one === scope)

const unknownScope = (scope: string): string =>
  `there is no scope ${scope}${didYouMean(scope, known)} (${known.join(', ')})`
