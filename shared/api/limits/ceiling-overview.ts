import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { Ceiling } from '../../ledger/entries/limit-settings.ts'
import { shareOf } from '../../limits/decide/limits-on.ts'
import type { AccountFold } from '../../limits/io/account-fold.ts'
import { amountText } from '../../money/amounts.ts'
import type { SpendScope } from '../../spend/selector.ts'
import { dayStart } from '../../time/day-of.ts'
import { instantText } from '../../time/instant.ts'
import { windowOf } from '../../time/window.ts'
import { windowShapeSchema } from '../credits/limit-entry.ts'
import { amountSchema } from '../fields/amount.ts'
import { timeSchema } from '../fields/time.ts'
import { ceilingShape, shownCeilingSchema } from './limit-settings.ts'

/** What is spent of a ceiling. */
export const ceilingUsedSchema = z
  .object({
    ceiling: shownCeilingSchema,
    window: windowShapeSchema,
    resetsAt: timeSchema,
    group: z.optional(described(z.string(), 'Of a ceiling of each group: those that spent something, most first')),
    spent: z.optional(amountSchema),
    share: z.optional(described(z.string(), 'Percent of the limit, cut to a tenth')),
  })
  .check(z.meta({ id: 'CeilingUsed' }))

interface Where {
  readonly fold: Pick<AccountFold, 'spent' | 'timeZone'>
  readonly day: string
  /** Every group that spent something, or is named by a ceiling. */
  readonly groups: readonly string[]
  /** The user to show for a ceiling of each user; `undefined`: shows no user's spend. */
  readonly user?: string
}

/** A ceiling with what is spent of it; one of each group has a line for each that spent something, one of each user that of `user`. */
export function ceilingOverview(
  ceiling: Ceiling,
  { fold, day, groups, user }: Where,
): readonly z.infer<typeof ceilingUsedSchema>[] {
  const { category, service, limit } = ceiling
  const window = windowOf(ceiling.window, day)
  const shown = {
    ceiling: ceilingShape(ceiling),
    window: { key: window.key, from: window.from, to: window.to },
    resetsAt: instantText(dayStart(window.to, fold.timeZone)),
  }
  const used = (scope: SpendScope, group?: string) => {
    const spent = fold.spent({ scope, selector: { category, service }, window })
    const figures = { spent: amountText(spent), share: shareOf(spent, limit) }
    return { spent, line: { ...shown, ...(group !== undefined && { group }), ...figures } }
  }
  switch (ceiling.scope.of) {
    case 'user':
      return [user === undefined ? shown : used({ of: 'user', user }).line]
    case 'account':
      return [used({ of: 'account' }).line]
    case 'group': {
      const { group: named } = ceiling.scope
      if (named !== undefined) return [used({ of: 'group', group: named }, named).line]
      return groups
        .map((group) => used({ of: 'group', group }, group))
        .filter(({ spent }) => !spent.isZero())
        .sort((a, b) => b.spent.comparedTo(a.spent))
        .map(({ line }) => line)
    }
  }
}
