import type { LimitSettings } from '../../ledger/entries/limit-settings.ts'
import { noSuchAccount } from '../../ledger/io/accounts-table.ts'
import type { SpendPlace } from '../../spend/io/loaded-spend.ts'
import type { Instant } from '../../time/instant.ts'
import { type Window, windowOf } from '../../time/window.ts'
import { KeptStandings } from '../decide/kept-standings.ts'
import type { TierSums } from '../decide/overview.ts'
import type { SpentBy, UserStanding } from '../decide/user-standing.ts'
import type { AccountFold } from './account-fold.ts'
import type { WarmFolds } from './warm-folds.ts'

/** An account's fold at its head, with everybody's spend of this month and all tiers. */
export interface WholeFold {
  readonly fold: AccountFold
  /** The page that users and sums are of. */
  readonly seq: number
  /** Today, where the account is. */
  readonly day: string
  readonly month: Window
  /** Everybody who was assigned a tier or spent something this month, by name. */
  readonly users: readonly UserStanding[]
  /** The sums of tiers by these users. */
  readonly sums: TierSums
  /** Every group that spent something in the months that were read, or was asked for, by name. */
  readonly groups: readonly string[]
}

/** The last result for a fold. Without a newer page it is reused, so that reading a list page by page makes it once. */
interface Made {
  readonly standings: KeptStandings
  last?: { readonly of: string; readonly whole: WholeFold }
  names?: readonly string[]
}

/** Keeps the sorted names: comparing ten thousand names costs less than sorting them. */
const sorted = (names: ReadonlySet<string>, before: readonly string[] = []): readonly string[] =>
  before.length === names.size && before.every((name) => names.has(name)) ? before : [...names].sort()

const madeOf = new WeakMap<AccountFold, Made>()

function made(fold: AccountFold): Made {
  const known = madeOf.get(fold) ?? { standings: new KeptStandings() }
  madeOf.set(fold, known)
  return known
}

/** The parts to read beside all users' spend of this month. */
export interface Beside {
  readonly months: readonly string[]
  readonly groups: readonly string[]
}

/**
 * Reads all chunks of the month, and of others that are asked for; warm, that is one Query.
 *
 * @throws Problem for an account without a log
 */
export async function wholeFold(
  folds: WarmFolds,
  account: string,
  now: Instant,
  besideOf: (settings: LimitSettings, day: string) => Beside = () => ({ months: [], groups: [] }),
): Promise<WholeFold> {
  const found = await folds.steady(account, 0, async ({ fold }) => {
    const day = fold.dayOf(now)
    const month = windowOf({ kind: 'month' }, day)
    const beside = besideOf(fold.limits().settings, day)
    const own = day.slice(0, -3)
    const seq = fold.seq()
    const of = JSON.stringify([seq, day, beside])
    const before = made(fold)
    if (before.last?.of === of) return before.last.whole
    const spenders = await fold.loadAll(own)
    const groups = new Set(beside.groups)
    const months = [...new Set([own, ...beside.months])]
    for (const one of months)
      for (const group of (one === own ? spenders : await fold.loadAll(one)).groups) groups.add(group)
    await fold.load(
      months.flatMap((one) => poolsIn(one, groups)),
      [],
    )
    if (fold.furthest() > seq || fold.seq() > seq) return undefined

    before.names = sorted(new Set([...fold.assignments().keys(), ...spenders.users]), before.names)
    const { users, sums } = before.standings.look(fold.limits(), month, {
      names: before.names,
      assignedTier: (user) => fold.assignedTier(user),
      spentBy: spentInMonth(fold, month),
      markOf: (user) => fold.markOf(user, own),
    })
    const whole = { fold, seq, day, month, users, sums, groups: [...groups].sort() }
    before.last = { of, whole }
    return whole
  })
  if (found === undefined) throw noSuchAccount(account)
  return found
}

/** A pool that spent nothing in one of the months has no part there, which is to be known too. */
const poolsIn = (month: string, groups: ReadonlySet<string>): readonly SpendPlace[] => [
  { scope: { of: 'account' }, month },
  ...[...groups].map((group) => ({ scope: { of: 'group', group }, month }) as const),
]

/** The loaded spend of a month, by user and category. */
export const spentInMonth =
  (fold: Pick<AccountFold, 'spent'>, window: Window): SpentBy =>
  (user, category) =>
    fold.spent({ scope: { of: 'user', user }, selector: { category, service: undefined }, window })
