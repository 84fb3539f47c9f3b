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

/** The key of a gate: `acme#user#u-17`, `acme#group#sales`, `acme#account`. Injective: no account's id has a `#`. */
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
