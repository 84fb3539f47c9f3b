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
