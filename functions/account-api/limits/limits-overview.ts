import { ceilingOverview } from '../../../shared/api/limits/ceiling-overview.ts'
import * as api from '../../../shared/api/limits/limits-overview.ts'
import { userShape, usersPaging } from '../../../shared/api/limits/users.ts'
import type { Served } from '../../../shared/http/serve.ts'
import type { LimitSettings } from '../../../shared/ledger/entries/limit-settings.ts'
import { overviewOf, projected, type TierOverview } from '../../../shared/limits/decide/overview.ts'
import { type Beside, wholeFold } from '../../../shared/limits/io/whole-fold.ts'
import { amountText, type Credits } from '../../../shared/money/amounts.ts'
import { monthsOf } from '../../../shared/spend/selector.ts'
import { dayStart } from '../../../shared/time/day-of.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { windowOf } from '../../../shared/time/window.ts'
import { type Services, serve } from '../services.ts'

const OVER_PERCENT = 80

/** Users shown as over it; the rest by `GET …/users?over=80`. */
const FIRST_USERS = 50

const getOverview = serve(api.getLimitsOverview, async ({ params: { account } }, { services, tools }) => {
  const now = tools.now()
  const { fold, seq, day, month, users, sums, groups } = await wholeFold(services.folds, account, now, besideOfCeilings)
  const { settings } = fold.limits()
  const { tiers, budget, usersWithoutLimit, spent } = overviewOf(settings, sums)
  const [from, to] = [dayStart(month.from, fold.timeZone), dayStart(month.to, fold.timeZone)]
  const guess = (amount: Credits) => projected(amount, { from, to, now })
  const over = users.filter(({ usedPercent }) => usedPercent >= OVER_PERCENT)
  const last = over.length > FIRST_USERS ? over[FIRST_USERS - 1] : undefined
  return {
    status: 200,
    body: {
      seq,
      month: { from: month.from, to: month.to, resetsAt: instantText(to) },
      users: users.length,
      usersWithoutLimit,
      budget: amountText(budget),
      ...spentShape(spent, guess),
      tiers: tiers.map((one) => tierOverviewShape(one, guess)),
      over: {
        percent: OVER_PERCENT,
        users: over.length,
        first: over.slice(0, FIRST_USERS).map(userShape),
        next: usersPaging.next(last?.user),
      },
      ceilings: settings.ceilings.flatMap((ceiling) => ceilingOverview(ceiling, { fold, day, groups })),
    },
  }
})

/** Windows of ceilings begin and end anywhere; those of each user are not added up here. */
function besideOfCeilings({ ceilings }: LimitSettings, day: string): Beside {
  const pools = ceilings.filter(({ scope }) => scope.of !== 'user')
  return {
    months: pools.flatMap(({ window }) => monthsOf(windowOf(window, day))),
    groups: pools.flatMap(({ scope }) => (scope.of === 'group' && scope.group !== undefined ? [scope.group] : [])),
  }
}

type Guess = (amount: Credits) => Credits | undefined

function spentShape(spent: Credits, guess: Guess) {
  const projection = guess(spent)
  return { spent: amountText(spent), projected: projection === undefined ? undefined : amountText(projection) }
}

const tierOverviewShape = (
  { tier, users, assigned, budget, budgetSum, spent, spentSum }: TierOverview,
  guess: Guess,
) => ({
  ...(tier !== undefined && { tier: tier.id, name: tier.name }),
  users,
  assigned,
  budget: budgetSum === undefined ? undefined : amountText(budgetSum),
  ...spentShape(spentSum, guess),
  categories: Object.fromEntries(
    [...new Set([...budget.keys(), ...spent.keys()])].map((category) => {
      const [of, used] = [budget.get(category), spent.get(category)]
      return [
        category,
        {
          budget: of === undefined ? undefined : amountText(of),
          spent: used === undefined ? undefined : amountText(used),
        },
      ]
    }),
  ),
})

export const limitsOverviewHandlers: readonly Served<Services>[] = [getOverview]
