import { epochOf } from '../../shared/ledger/page/epoch.ts'
import type { Page } from '../../shared/ledger/page/page.ts'
import { topUpPlace } from '../../shared/ledger/tally/top-up-state.ts'
import { limitsOf, tierNamed, type WindowFinder } from '../../shared/limits/decide/limits-on.ts'
import type { AccountFold } from '../../shared/limits/io/account-fold.ts'
import { isUnlimited } from '../../shared/limits/settings/limits-state.ts'
import {
  type LimitEvent,
  type LimitStanding,
  limitCrossings,
  limitEvent,
  type Standings,
  standingKey,
} from '../../shared/limits/told/limit-events.ts'
import { counts, monthsOf } from '../../shared/spend/selector.ts'
import { windowOf } from '../../shared/time/window.ts'
import { type Touched, touchedBy } from './touched-limits.ts'

/** Tells what pages do to limits. */
export interface LimitWatch {
  /** The fold that the next page is taken into. */
  readonly fold: AccountFold
  /** Takes a page in; answers with what it did to any limit whose window has not ended by when it was written. */
  readonly take: (page: Page) => Promise<readonly LimitEvent[]>
}

/**
 * Watches limits from where a fold stands.
 *
 * What is told is a function of the log alone. A part of the snapshot that stands further on was written by somebody who had told
 * of every page up to there: of these pages nothing is told again, least of all by what was spent later.
 */
export function limitWatch(fold: AccountFold): LimitWatch {
  const windowAt = rememberedWindows()

  const standingsOf = async (touched: readonly Touched[], today: string): Promise<Standings> => {
    await fold.load(
      [],
      touched.map(({ user }) => user),
    )
    const state = fold.limits()
    const limits = touched.flatMap(({ user, group, day, use }) => {
      const tier = tierNamed(state.settings, fold.assignedTier(user))
      const all = limitsOf(state, { user, group, tier, day }, windowAt)
      return use === undefined ? all : all.filter(({ selector }) => counts(selector, use))
    })
    const running = new Map(
      limits.filter(({ window }) => today < window.to).map((limit) => [standingKey(limit), limit] as const),
    )
    await fold.load(
      [...running.values()].flatMap(({ scope, window }) => monthsOf(window).map((month) => ({ scope, month }))),
      [],
    )
    return new Map(
      [...running].map(([key, limit]): [string, LimitStanding] => [key, { limit, spent: fold.spent(limit) }]),
    )
  }

  const take = async (page: Page): Promise<readonly LimitEvent[]> => {
    const { account, seq, writtenAt: at } = page.header
    const wasUnlimited = isUnlimited(fold.limits())
    const today = fold.dayOf(at)
    const touched = await touchedBy(page, fold, wasUnlimited, today, windowAt)
    const before = wasUnlimited ? new Map() : await standingsOf(touched, today)
    const former = fold.limits().settings
    const wasTold = fold.furthest() >= seq
    fold.take(page)
    const { settings } = fold.limits()
    if (wasUnlimited && isUnlimited(fold.limits())) return []
    const after = await standingsOf(touched, today)
    if (wasTold || fold.furthest() > seq) return []
    return limitCrossings(before, after, { before: former.levels, after: settings.levels }).map((crossing) =>
      limitEvent(crossing, { account, place: topUpPlace(seq, epochOf(page.header)), at, settings, former }),
    )
  }
  return { fold, take }
}

/** Calendars cost, and the same days come up again and again. */
function rememberedWindows(): WindowFinder {
  const known = new Map<string, ReturnType<WindowFinder>>()
  return (kind, day) => {
    const key = `${kind.kind} ${kind.kind === 'cycle' ? kind.day : ''} ${day}`
    const window = known.get(key) ?? windowOf(kind, day)
    known.set(key, window)
    return window
  }
}
