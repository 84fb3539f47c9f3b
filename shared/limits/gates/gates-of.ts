import { sha256, toBase64Url } from '../../digest/sha256.ts'
import type { SpendScope } from '../../spend/selector.ts'
import type { Limit } from '../decide/limits-on.ts'

/**
 * The gates that a use goes through, in the order in which its holds are taken: the user's always, the group's and the account's only
 * where a limit of theirs counts it, or the balance is held.
 */
export function gatesOf(user: string, limits: readonly Limit[], holdsBalance: boolean): readonly SpendScope[] {
  const group = limits.find(({ scope }) => scope.of === 'group')
  const isOfAccount = holdsBalance || limits.some(({ scope }) => scope.of === 'account')
  return [
    { of: 'user', user },
    ...(group === undefined ? [] : [group.scope]),
    ...(isOfAccount ? [{ of: 'account' } as const] : []),
  ]
}

/**
 * The key of a gate: `acme#user#u-17`, `acme#group#sales`, `acme#account`. No two have the same: an account's id has no `#`, nor has
 * the word after it, so whatever a user is called begins after the second one.
 */
export function gateKey(account: string, scope: SpendScope): string {
  switch (scope.of) {
    case 'user':
      return `${account}#user#${scope.user}`
    case 'group':
      return `${account}#group#${scope.group}`
    case 'account':
      return `${account}#account`
  }
}

/** The key of a reservation's record. No gate's: ids begin with `r-`, which is none of their three words. */
export const reservationKey = (id: string): string => `reservation#${id}`

const ID_BYTES = 16

/**
 * A reservation's id: the same Idempotency-Key of a caller in an account finds its own hold again, whatever was lost in between. Keys of
 * two callers have nothing to do with each other.
 */
export const reservationId = (account: string, subject: string, idempotencyKey: string): string =>
  `r-${toBase64Url(sha256(JSON.stringify([account, subject, idempotencyKey])), ID_BYTES)}`

export const RESERVATION_ID = /^r-[A-Za-z0-9_-]{22}$/
